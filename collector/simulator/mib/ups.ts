import { between } from '@zongheng/inventory/demo/hash.ts'
import { officeLoad } from '../world/load.ts'
import type { Agent } from './agent.ts'
import { gauge, int, oid, text, ticks, type Value } from './value.ts'
import { rows, table, type Row } from './view.ts'

const lowBatteryMinutes = 5
const unknown32 = 4_294_967_295
/** upsWellKnownAlarms [RFC 1628]. */
const alarms = { onBattery: 2, lowBattery: 3, depleted: 4, inputBad: 6 } as const
const source = { normal: 3, battery: 5 } as const
const battery = { normal: 2, low: 3, depleted: 4 } as const

/** What a UPS knows of itself at an instant. */
function readings({ device }: Agent, atMs: number) {
  const { site } = device
  const chargePercent = site.battery.at(atMs)
  const loadPercent = between(`ups load ${device.device.key}`, 22, 40) + 6 * officeLoad(atMs)
  const minutes = Math.floor((between(`ups minutes ${device.device.key}`, 18, 42) * chargePercent) / 100)
  return {
    mains: site.mains,
    chargePercent,
    minutes,
    loadPercent,
    secondsOnBattery: site.mains ? 0 : (atMs - site.mainsLostMs) / 1000,
    status: minutes === 0 ? battery.depleted : minutes <= lowBatteryMinutes ? battery.low : battery.normal,
  }
}
type Readings = ReturnType<typeof readings>

const read =
  (value: (readings: Readings, agent: Agent) => Value) =>
  (agent: Agent, atMs: number): Value =>
    value(readings(agent, atMs), agent)

/** The UPS2000's card gives Gauge32 where RFC 1628 has INTEGER, and no minutes while the mains hold [recording]. */
const isHuawei = ({ device }: Agent) => device.model.vendor === 'HUAWEI'
const number = (agent: Agent, value: number) => (isHuawei(agent) ? gauge(value) : int(value))

const upsIdent = table<Agent>('1.3.6.1.2.1.33.1.1', {
  1: ({ device }) => text(device.model.vendor),
  2: ({ device }) => text(device.model.hardware),
  3: ({ device }) => text(device.model.version),
  4: ({ device }) => text(device.model.version),
  5: ({ device }) => text(device.sysName),
  6: () => text(''),
})
const upsBattery = table<Agent>('1.3.6.1.2.1.33.1.2', {
  1: read(({ status }, agent) => number(agent, status)),
  2: read(({ secondsOnBattery }, agent) => number(agent, Math.floor(secondsOnBattery))),
  3: read(({ minutes, mains }, agent) =>
    isHuawei(agent) && mains ? gauge(unknown32) : number(agent, minutes),
  ),
  4: read(({ chargePercent }, agent) => number(agent, chargePercent)),
  5: read(({ chargePercent }, agent) => number(agent, 2200 + 5 * chargePercent)),
  6: read(({ mains, loadPercent }) => int(mains ? 4 : loadPercent * 2.4)),
  7: ({ device }) => int(between(`ups cells ${device.device.key}`, 21, 24)),
})

interface Line extends Row {
  agent: Agent
}
const line =
  (value: (readings: Readings) => Value) =>
  ({ agent }: Line, atMs: number): Value =>
    value(readings(agent, atMs))

const upsInput = table<Agent>('1.3.6.1.2.1.33.1.3', { 1: () => int(0), 2: () => int(1) })
const upsInputLine = table<Line>('1.3.6.1.2.1.33.1.3.3.1', {
  2: line(({ mains }) => int(mains ? 500 : 0)),
  3: line(({ mains }) => int(mains ? 231 : 0)),
  4: line(({ mains, loadPercent }) => int(mains ? loadPercent * 2.7 : 0)),
  5: line(({ mains, loadPercent }) => int(mains ? loadPercent * 54 : 0)),
})
const upsOutput = table<Agent>('1.3.6.1.2.1.33.1.4', {
  1: read(({ mains }) => int(mains ? source.normal : source.battery)),
  2: (agent) => number(agent, 500),
  3: () => int(1),
})
const upsOutputLine = table<Line>('1.3.6.1.2.1.33.1.4.4.1', {
  2: () => int(230),
  3: line(({ loadPercent }) => int(loadPercent * 2.6)),
  4: line(({ loadPercent }) => int(loadPercent * 54)),
  5: line(({ loadPercent }) => int(loadPercent)),
})

interface Alarm extends Row {
  agent: Agent
  alarm: number
}
function presentAlarms(agent: Agent, atMs: number): Alarm[] {
  const { mains, status } = readings(agent, atMs)
  const present = [
    ...(mains ? [] : [alarms.onBattery]),
    ...(status === battery.low ? [alarms.lowBattery] : []),
    ...(status === battery.depleted ? [alarms.depleted] : []),
    ...(mains ? [] : [alarms.inputBad]),
  ]
  return present.map((alarm) => ({ agent, alarm, index: [alarm] }))
}
const upsAlarmsPresent = table<Agent>('1.3.6.1.2.1.33.1.6', {
  1: (agent, atMs) => gauge(presentAlarms(agent, atMs).length),
})
/** Rows stand while the condition lasts. */
const upsAlarmTable = table<Alarm>('1.3.6.1.2.1.33.1.6.2.1', {
  2: ({ alarm }) => oid(`1.3.6.1.2.1.33.1.6.3.${alarm}`),
  3: ({ agent: { device } }) => ticks(device.site.mainsLostMs - device.bootedMs),
})
const upsTest = table<Agent>('1.3.6.1.2.1.33.1.7', { 3: () => int(6) }) // noTestsInitiated
const upsConfig = table<Agent>('1.3.6.1.2.1.33.1.9', { 7: () => int(lowBatteryMinutes) })

/** UPS-MIB [RFC 1628]. */
export function ups(agent: Agent) {
  const lines: Line[] = [{ agent, index: [1] }]
  return [
    ...rows(upsIdent, [agent]),
    ...rows(upsBattery, [agent]),
    ...rows(upsInput, [agent]),
    ...rows(upsInputLine, lines),
    ...rows(upsOutput, [agent]),
    ...rows(upsOutputLine, lines),
    ...rows(upsAlarmsPresent, [agent]),
    ...rows(upsAlarmTable, (atMs) => presentAlarms(agent, atMs)),
    ...rows(upsTest, [agent]),
    ...rows(upsConfig, [agent]),
  ]
}
