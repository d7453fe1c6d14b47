/** A server of Huawei by its controller, as HUAWEI-SERVER-IBMC-MIB has it. */
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { expect, it } from 'vitest'
import { discover } from './discover.ts'
import { objectsOf } from './from-rules-testing.ts'
import { measure } from './measure.ts'
import { cpuPercent, memoryPercent, readNumber } from './plan.ts'
import { readerOf } from './recording.ts'

const ibmc = '1.3.6.1.4.1.2011.2.235.1.1'
const named = (name: string) => [name.length, ...Buffer.from(name)].join('.')
const objects: Record<string, number | string> = {
  '1.1.0': 3,
  '1.6.0': 'TaiShan 200 (Model 2280)',
  '1.7.0': '2102312LYM10K9000012',
  '1.13.0': 312,
  '1.23.0': 17,
  '1.25.0': 64,
  [`11.50.1.2.${named('Active iBMC')}`]: 1,
  [`11.50.1.2.${named('Bios')}`]: 4,
  [`11.50.1.4.${named('Active iBMC')}`]: '3.01.12.31',
  [`11.50.1.4.${named('Bios')}`]: '1.88',
  '26.50.1.2.1': 'Inlet Temp',
  '26.50.1.3.1': 243,
  '26.50.1.5.1': 480,
  '26.50.1.6.1': 460,
  '26.50.1.2.2': 'CPU1 Core Rem',
  '26.50.1.3.2': 65535,
  '26.50.1.5.2': 65535,
  '26.50.1.6.2': 65535,
  '8.50.1.2.1': 5400,
  '8.50.1.3.1': 2,
  '8.50.1.4.1': 1,
  '8.50.1.2.2': 0,
  '8.50.1.3.2': 1,
  '8.50.1.4.2': 5,
  '6.50.1.7.1': 3,
  '6.50.1.8.1': 312,
  '6.50.1.9.1': 2,
  [`13.50.1.1.${named('12V')}`]: '12V',
  [`13.50.1.2.${named('12V')}`]: '12.120',
  [`13.50.1.4.${named('12V')}`]: 'na',
  [`13.50.1.15.${named('12V')}`]: 4,
  '18.50.1.2.1': 2,
  '18.50.1.3.1': 2,
  '18.50.1.6.1': 'Disk0',
}

async function found() {
  const held = objectsOf(new Map(Object.entries(objects).map(([oid, value]) => [`${ibmc}.${oid}`, value])))
  const sysObjectID = { oid: '1.3.6.1.2.1.1.2.0', value: { type: 'oid', value: ibmc } } as const
  const reader = readerOf([sysObjectID, ...held])
  const discovery = await discover(reader, loadProfiles())
  const lookup = await measure(reader, discovery)
  const shown = discovery.sensors.map(({ facts, reading }) => {
    const value = readNumber(reading, lookup(reading.oid))
    const state = facts.states.find((one) => one.value === value)
    const says = state ? `${state.text}, ${state.severity}` : `${value} ${facts.unit}`
    return `${facts.class} ${facts.descr}: ${says}`
  })
  return { discovery, lookup, shown }
}

it('is known by its model, its own firmware and its serial number', async () => {
  const { discovery, lookup } = await found()
  expect(discovery.identity).toMatchObject({ vendor: 'huawei', os: 'ibmc', category: 'bmc', hardware: 'TaiShan 200 (Model 2280)', version: '3.01.12.31', serial: '2102312LYM10K9000012' }) // prettier-ignore
  expect([cpuPercent(discovery, lookup), memoryPercent(discovery, lookup)]).toEqual([17, 64])
})

it('tells its health, and of its parts those that are there', async () => {
  const { discovery, shown } = await found()
  expect(shown.sort()).toEqual([
    'fanspeed Fan 1: 5400 rpm',
    'power Power supply 1: 312 W',
    'power System: 312 W',
    'state Disk0: minor fault, warning',
    'state Fan 1: ok, ok',
    'state Power supply 1: major fault, critical',
    'state System health: major fault, critical',
    'temperature Inlet Temp: 24.3 °C',
    'voltage 12V: 12.12 V',
  ])
  const inlet = discovery.sensors.find(({ facts }) => facts.descr === 'Inlet Temp')!.facts
  expect([inlet.highWarn, inlet.highCritical]).toEqual([46, 48])
})
