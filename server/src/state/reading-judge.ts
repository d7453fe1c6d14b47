import { upsKeys } from '@zongheng/inventory/sensor.ts'
import type { DeviceModel, SensorModel } from '../estate/model.ts'
import type { Finding } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

/** Judges what parts of devices say of their state, and where power comes from. */
export class ReadingJudge {
  /** Sensors that are bad; kept from pass to pass. */
  readonly raised = new Set<string>()
  readonly #ground: Ground
  readonly #sensors = new Map<string, { sensor: SensorModel; device: DeviceModel }>()
  /** Devices whose sensors have something new to say. */
  readonly #readDevices = new Set<string>()
  readonly #raisedDevices = new Set<string>()

  constructor(ground: Ground) {
    this.#ground = ground
  }

  /** Takes a changed estate. */
  rebuild(): void {
    this.#sensors.clear()
    for (const device of this.#ground.model.devices.values()) {
      if (device.sensors.length) this.#readDevices.add(device.id)
      for (const sensor of device.sensors) this.#sensors.set(sensor.id, { sensor, device })
    }
  }

  lookAtAll(): void {
    for (const id of this.#ground.model.devices.keys()) this.#readDevices.add(id)
  }

  /** Something new was said of a sensor on a device. */
  markSensorOf(deviceId: string): void {
    this.#readDevices.add(deviceId)
  }

  sensorModel(id: string): { sensor: SensorModel; device: DeviceModel } | undefined {
    return this.#sensors.get(id)
  }

  /** Takes up the readings that open findings of an earlier process stood on. */
  recall(findings: Iterable<Finding>): void {
    const { sensors } = this.#ground.observations
    for (const { evidence, condition } of findings) {
      for (const { code, at, values } of evidence) {
        const { sensorId, value } = values
        if (code !== 'sensor-value' || typeof sensorId !== 'string' || typeof value !== 'number') continue
        if (!this.#sensors.has(sensorId) || sensors.has(sensorId)) continue
        this.#ground.observations.sensor(sensorId, { value, atMs: at ?? 0 })
        if (condition !== 'sensor-limit') this.raised.add(sensorId)
      }
    }
  }

  /** Before the devices, which they may impair. In the estate's order: of a room's probes the first of the worst speaks. */
  judgeSensors({ findings }: Pass): void {
    const { model, observations } = this.#ground
    for (const id of new Set([...this.#readDevices, ...this.#raisedDevices])) {
      const device = model.devices.get(id)
      if (device) findings.addSensors(device, observations)
      if (device?.sensors.some((sensor) => this.raised.has(sensor.id))) this.#raisedDevices.add(id)
      else this.#raisedDevices.delete(id)
    }
    this.#readDevices.clear()
  }

  /** Whether one of these sensors was read: all of a device, or the one of this id. */
  isRead(id: string): boolean {
    const { model, observations } = this.#ground
    const sensors = model.devices.get(id)?.sensors.map((sensor) => sensor.id) ?? [id]
    return sensors.some((sensorId) => observations.sensors.has(sensorId))
  }

  /** Whether some UPS of the site has said where its power comes from. */
  isMainsRead(siteId: string): boolean {
    const { model, observations } = this.#ground
    const devices = [...model.devices.values()].filter((device) => device.siteId === siteId)
    const sources = devices.flatMap((d) => d.sensors.filter((s) => s.key === upsKeys.outputSource))
    return sources.some(({ id }) => observations.sensors.has(id))
  }
}
