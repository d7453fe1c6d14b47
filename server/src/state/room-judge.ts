import { healthOf, type Health } from '@zongheng/inventory/business-service.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import { judgeRoom, type RoomLook, type RoomVerdict, type UpsLook } from '@zongheng/inventory/room-state.ts'
import { upsKeys, upsOnBattery, type SensorSeverity } from '@zongheng/inventory/sensor.ts'
import type { DeviceModel, SensorModel } from '../estate/model.ts'
import { devicesIn, type RoomModel } from '../estate/services-model.ts'
import { rootAmong, type End } from './entity-cause.ts'
import type { FindingSource } from './finding-source.ts'
import type { Finding } from './finding.ts'
import type { Held } from './held.ts'
import type { Ground, Pass } from './pass.ts'
import { judgeSensor } from './sensor-rules.ts'

/** Readings come once a minute: more often than this nothing new is to be seen. */
const everyMs = 1000
const airClasses = new Set(['temperature', 'humidity', 'state'])
/** upsBatteryStatus [RFC 1628]: low, depleted. */
const batteryLow = new Set([3, 4])

/** Judges machine rooms by their UPS and their air; each at most once a second. O(rooms × their sensors). */
export class RoomJudge implements FindingSource {
  #ground: Ground | undefined
  #judgedMs = -Infinity
  readonly #verdicts = new Map<string, RoomVerdict>()
  readonly #findings = new Map<string, Finding>()

  rebuild(ground: Ground): void {
    this.#ground = ground
    this.#judgedMs = -Infinity
    for (const kept of [this.#verdicts, this.#findings])
      for (const id of kept.keys()) if (!ground.model.rooms.has(id)) kept.delete(id)
  }

  judge(pass: Pass): void {
    if (this.#ground && Math.abs(pass.nowMs - this.#judgedMs) >= everyMs) {
      this.#judgedMs = pass.nowMs
      for (const room of this.#ground.model.rooms.values()) this.#judgeRoom(room, this.#ground, pass)
    }
    for (const finding of this.#findings.values()) pass.findings.keep(finding)
  }

  isKnown(entityId: string, condition: string): boolean | undefined {
    if (condition !== 'room-state') return undefined
    const { model, book } = this.#ground!
    return !model.rooms.has(entityId) || book.stateOf(entityId) !== 'unknown'
  }

  /** Such a finding is only there while nothing else tells. */
  explain({ condition }: Finding): string | null | undefined {
    return condition === 'room-state' ? null : undefined
  }

  /** How power and air of a room stand; undefined before it was looked at. */
  verdictOf(roomId: string): RoomVerdict | undefined {
    return this.#verdicts.get(roomId)
  }

  #judgeRoom(room: RoomModel, ground: Ground, pass: Pass): void {
    const look = lookAt(room, ground, pass)
    const seen = judgeRoom(look)
    // Out of power by itself, not out of reach.
    const isDark = seen.state === 'unreachable' && ground.book.stateOf(room.siteId) === 'down'
    const verdict: RoomVerdict = isDark ? { ...seen, state: 'down' } : seen
    this.#verdicts.set(room.id, verdict)
    const told = evidenceOf(verdict, ground)
    const held = ground.book.hold(
      {
        type: 'room',
        id: room.id,
        regionId: room.regionId,
        state: verdict.state,
        atMs: null,
        evidence: told,
      },
      pass.nowMs,
    )
    const isIll = held.state === 'degraded' || held.state === 'down'
    if (isIll && rootAmong(toldBy(room, verdict, ground), ground, pass) === null)
      this.#findings.set(room.id, findingOf(room, verdict, held))
    else this.#findings.delete(room.id)
  }
}

function lookAt(room: RoomModel, ground: Ground, { moment }: Pass): RoomLook {
  const { model, book, observations } = ground
  const devices = devicesIn(room)
    .flatMap((id) => model.devices.get(id) ?? [])
    .filter(({ siteId }) => siteId === room.siteId)
  const health = ({ id }: DeviceModel): Health => healthOf('device', book.stateOf(id))
  const severityOf = (sensor: SensorModel, device: DeviceModel): SensorSeverity => {
    const seen = observations.sensors.get(sensor.id)
    if (!seen) return 'unknown'
    if (moment.has(sensor.id, 'sensor-limit')) return 'warning'
    return judgeSensor(sensor, device, seen.value).severity
  }
  return {
    ups: devices
      .filter(({ role }) => role === 'ups')
      .map((device) => upsLook(device, health(device), ground)),
    air: devices
      .filter(({ role }) => role === 'environment')
      .flatMap((device) =>
        device.sensors
          .filter((sensor) => airClasses.has(sensor.class))
          .map((sensor) => ({
            id: sensor.id,
            deviceId: device.id,
            health: health(device),
            severity: severityOf(sensor, device),
          })),
      ),
    devices: devices.filter(({ collectorId }) => collectorId !== null).map(health),
  }
}

function upsLook({ id, sensors }: DeviceModel, health: Health, { observations }: Ground): UpsLook {
  const read = (key: string) => {
    const sensor = sensors.find((one) => one.key === key || one.key.startsWith(`${key}.`))
    return (sensor && observations.sensors.get(sensor.id)?.value) ?? null
  }
  const source = read(upsKeys.outputSource)
  const battery = read(upsKeys.batteryStatus)
  return {
    id,
    health,
    onBattery: source === null ? null : source === upsOnBattery,
    batteryLow: battery === null ? null : batteryLow.has(battery),
    minutesLeft: read(upsKeys.minutesRemaining),
  }
}

/** Whoever may have told of it already: its devices, and its site's mains. */
const toldBy = (room: RoomModel, { decisive }: RoomVerdict, { model }: Ground): End[] => {
  const owners = decisive.map((id) => (model.devices.has(id) ? id : ownerOf(id, room, model)))
  const ids = decisive.length ? owners : devicesIn(room)
  return [...ids.map((id): End => ({ type: 'device', id })), { type: 'site', id: room.siteId }]
}

const ownerOf = (sensorId: string, room: RoomModel, { devices }: Ground['model']): string =>
  devicesIn(room).find((id) => devices.get(id)?.sensors.some((sensor) => sensor.id === sensorId)) ?? ''

function evidenceOf(
  { decisive, minutesLeft, state }: RoomVerdict,
  { model, book, observations }: Ground,
): EvidenceItem[] {
  if (state === 'unknown' && decisive.length === 0) return [evidence('no-evidence', 'neutral', null)]
  const verdict = state === 'up' ? 'good' : state === 'unknown' ? 'neutral' : 'bad'
  return decisive.slice(0, 10).map((id) => {
    const device = model.devices.get(id)
    const name = device?.name ?? ''
    if (device) {
      const held = book.get(id)
      const values = { type: 'device', id, name, state: held?.state ?? 'unknown', group: null, minutesLeft }
      return evidence('need-state', verdict, held?.sinceMs ?? null, values)
    }
    const seen = observations.sensors.get(id)
    return evidence('sensor-value', verdict, seen?.atMs ?? null, { sensorId: id, value: seen?.value ?? null })
  })
}

const findingOf = (room: RoomModel, { minutesLeft }: RoomVerdict, held: Held): Finding => ({
  entityType: 'room',
  entityId: room.id,
  entityName: room.name,
  regionId: room.regionId,
  siteId: room.siteId,
  deviceId: null,
  condition: 'room-state',
  severity: held.state === 'down' ? 'major' : 'minor',
  priority: held.state === 'down' ? 'P2' : 'P3',
  holdMs: 30_000,
  clearHoldMs: 60_000,
  values: { state: held.state, minutesLeft },
  evidence: held.evidence,
  sinceMs: held.sinceMs,
})
