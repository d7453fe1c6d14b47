import { sysNameOf } from '@zongheng/inventory/demo/build.ts'
import { between, fraction } from '@zongheng/inventory/demo/hash.ts'
import { modelOf, type DemoModel } from '@zongheng/inventory/demo/models.ts'
import type { DemoDevice } from '@zongheng/inventory/demo/province.ts'
import { officeLoad, ripple } from './load.ts'
import type { PortState } from './port.ts'
import type { SiteState } from './site.ts'

const dayMs = 86_400_000

/** What is plugged in: this end, the other, and whether both hear each other. */
export interface Cable {
  near: PortState
  far: PortState
  isUp(): boolean
}

/** A device: whether it runs, since when, and how hard it works. */
export class DeviceState {
  readonly device: DemoDevice
  readonly model: DemoModel
  readonly site: SiteState
  readonly sysName: string
  readonly serial: string
  /** In ifIndex order. */
  readonly ports: PortState[] = []
  /** By the ifIndex of the near end. */
  cables: Cable[] = []
  /** It runs and has power. */
  up = true
  /** Its first fan stands still. */
  fanFailed = false
  bootedMs: number

  constructor(device: DemoDevice, site: SiteState, startMs: number) {
    this.device = device
    this.site = site
    this.model = modelOf(device.model)
    this.sysName = sysNameOf(device)
    const digits = String(Math.floor(fraction(`serial ${device.key}`) * 1e9)).padStart(9, '0')
    this.serial = this.model.serialPrefix && this.model.serialPrefix + digits
    this.bootedMs = startMs - Math.round(between(`uptime ${device.key}`, 9, 380) * dayMs)
  }

  /** Coming up is a start from cold: sysUpTime and the counters begin anew. */
  setUp(up: boolean, atMs: number): void {
    if (up && !this.up) {
      this.bootedMs = atMs
      for (const port of this.ports) port.restart(atMs)
    }
    this.up = up
  }

  get #phase(): number {
    return fraction(this.device.key)
  }

  cpuPercent(atMs: number): number {
    const idle = between(`cpu ${this.device.key}`, 6, 18)
    return (idle + 24 * officeLoad(atMs)) * ripple(this.#phase, atMs)
  }

  memoryPercent(atMs: number): number {
    return between(`memory ${this.device.key}`, 34, 62) + 20 * (ripple(this.#phase, atMs / 4) - 1)
  }

  /** On the main board, °C. */
  boardTemperature(atMs: number): number {
    return (
      between(`board ${this.device.key}`, 33, 39) + 4 * officeLoad(atMs) + 6 * (ripple(this.#phase, atMs) - 1)
    )
  }
}
