import { between } from '@zongheng/inventory/demo/hash.ts'
import type { DemoSite } from '@zongheng/inventory/demo/province.ts'
import { ripple } from './load.ts'
import { Ramp } from './ramp.ts'

/** How fast the demo's batteries and rooms are; real ones take their time. */
export const paceMs = { batteryDrain: 90_000, batteryCharge: 60_000, heat: 60_000 }
const heatRange = 15

/** Power and climate of a site. */
export class SiteState {
  readonly site: DemoSite
  readonly battery: Ramp
  readonly heat: Ramp
  mains = true
  hot = false
  /** Mains gone, battery empty. */
  dark = false
  mainsLostMs = 0

  constructor(site: DemoSite, startMs: number) {
    this.site = site
    this.battery = new Ramp(100, 0, 100, startMs)
    this.heat = new Ramp(0, 0, heatRange, startMs)
  }

  setMains(mains: boolean, atMs: number): void {
    if (mains !== this.mains) {
      this.mains = mains
      this.mainsLostMs = atMs
      if (mains) this.battery.turn(atMs, 'high', paceMs.batteryCharge)
      else this.battery.turn(atMs, 'low', paceMs.batteryDrain)
    }
    this.dark = !this.mains && this.battery.at(atMs) <= 0
  }

  setHot(hot: boolean, atMs: number): void {
    if (hot === this.hot) return
    this.hot = hot
    this.heat.turn(atMs, hot ? 'high' : 'low', paceMs.heat)
  }

  /** When the battery gives out, if it is on its way there. */
  get darkAtMs(): number {
    return this.mains || this.dark ? Infinity : this.battery.restsAtMs
  }

  /** Air at a probe, °C: 22 to 25 when all is well. */
  temperature(probe: number, atMs: number): number {
    const still = between(`air ${this.site.key} ${probe}`, 22.4, 24.2)
    return still + 3 * (ripple(probe / 7, atMs) - 1) + this.heat.at(atMs)
  }

  /** Relative humidity at a probe, %. */
  humidity(probe: number, atMs: number): number {
    return (
      between(`damp ${this.site.key} ${probe}`, 41, 49) +
      8 * (ripple(probe / 5, atMs) - 1) -
      this.heat.at(atMs) / 2
    )
  }
}
