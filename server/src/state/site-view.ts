import type { EstateModel } from '../estate/model.ts'
import type { Observations } from './observations.ts'

/** How a site looks from the collectors: a sign of life comes from a device's answer or a leg's. */
export interface SiteLook {
  /** Newest sign of life, and the newest that did not come from the device that gave it. */
  seenAtMs: number | null
  seenBy: string | null
  seenBesideMs: number | null
  /** Everything that was asked kept silent. */
  dark: boolean
  darkSinceMs: number | null
  /** Since when it is not dark; null while it is. */
  visibleSinceMs: number | null
  /** When the latest of its sources fell silent. */
  silentSinceMs: number | null
  /** When anything was last asked, whether it answered or not. */
  askedAtMs: number
}

interface Source {
  id: string
  okAtMs: number | null
  silentSinceMs: number | null
  silentAtMs: number | null
}

/** A site of which nobody tried to hear for this long is unknown: two and a half polls of a minute. */
export const seenFreshMs = 150_000
/** A dark site that no finding explains yet may be explained by the next probe. */
const darkGraceMs = 20_000

const unseen = (): SiteLook => ({
  seenAtMs: null,
  seenBy: null,
  seenBesideMs: null,
  dark: false,
  darkSinceMs: null,
  visibleSinceMs: null,
  silentSinceMs: null,
  askedAtMs: 0,
})

/** Dark for long enough that an explanation would have come. */
export function isLongDark({ darkSinceMs }: SiteLook, nowMs: number): boolean {
  return darkSinceMs !== null && nowMs - darkSinceMs >= darkGraceMs
}

export class SiteView {
  readonly #looks = new Map<string, SiteLook>()
  readonly #devicesOf = new Map<string, string[]>()
  readonly #legsOf = new Map<string, string[]>()

  /** Keeps what it knows of sites that stay. */
  build(model: EstateModel): void {
    this.#devicesOf.clear()
    this.#legsOf.clear()
    for (const device of model.devices.values()) {
      if (device.collectorId) push(this.#devicesOf, device.siteId, device.id)
    }
    for (const circuit of model.circuits.values()) {
      const site = model.devices.get(circuit.z.deviceId)?.siteId
      if (circuit.leg && site) push(this.#legsOf, site, circuit.id)
    }
    for (const id of this.#looks.keys()) if (!model.sites.has(id)) this.#looks.delete(id)
  }

  look(siteId: string): SiteLook {
    let look = this.#looks.get(siteId)
    if (!look) this.#looks.set(siteId, (look = unseen()))
    return look
  }

  deviceCount(siteId: string): number {
    return this.#devicesOf.get(siteId)?.length ?? 0
  }

  /** Last sign of life at the site from anything but this device. */
  seenBeside(siteId: string, deviceId: string): number | null {
    const look = this.look(siteId)
    return look.seenBy === deviceId ? look.seenBesideMs : look.seenAtMs
  }

  /** `isSettled`: time enough has passed since the start for everything to have been asked once. */
  update(siteIds: Iterable<string>, observations: Observations, isSettled: boolean): void {
    for (const siteId of siteIds)
      this.#update(this.look(siteId), this.#sources(siteId, observations), isSettled)
  }

  #sources(siteId: string, o: Observations): Source[] {
    const devices = (this.#devicesOf.get(siteId) ?? []).map((id) => {
      const seen = o.devices.get(id)
      const { answeredAtMs = null, silentSinceMs = null, silentAtMs = null } = seen ?? {}
      return { id, okAtMs: answeredAtMs, silentSinceMs, silentAtMs }
    })
    const legs = (this.#legsOf.get(siteId) ?? []).map((id) => {
      const leg = o.legs.get(id)
      const { okAtMs = null, lostSinceMs = null, lostAtMs = null } = leg ?? {}
      return { id, okAtMs, silentSinceMs: lostSinceMs, silentAtMs: lostAtMs }
    })
    return [...devices, ...legs]
  }

  #update(look: SiteLook, sources: Source[], isSettled: boolean): void {
    look.seenAtMs = look.seenBesideMs = look.seenBy = null
    for (const { id, okAtMs } of sources) {
      if (okAtMs === null) continue
      if (look.seenAtMs === null || okAtMs > look.seenAtMs) {
        if (look.seenBy !== id) look.seenBesideMs = look.seenAtMs
        look.seenAtMs = okAtMs
        look.seenBy = id
      } else if (look.seenBesideMs === null || okAtMs > look.seenBesideMs) look.seenBesideMs = okAtMs
    }
    const heard = sources.filter((source) => source.okAtMs !== null || source.silentSinceMs !== null)
    const isWhole = isSettled || heard.length === sources.length
    const dark = isWhole && heard.length > 0 && heard.every((source) => source.silentSinceMs !== null)
    look.silentSinceMs = sources.reduce<number | null>(
      (last, s) => Math.max(last ?? 0, s.silentSinceMs ?? 0) || null,
      null,
    )
    const askedAtMs = sources.reduce((last, s) => Math.max(last, s.okAtMs ?? 0, s.silentAtMs ?? 0), 0)
    const isBroken = askedAtMs - look.askedAtMs > seenFreshMs // nobody looked in between
    look.askedAtMs = askedAtMs
    if (dark) {
      if (isBroken) look.darkSinceMs = null
      look.darkSinceMs ??= look.silentSinceMs
      look.visibleSinceMs = null
    } else if (look.seenAtMs !== null) {
      look.visibleSinceMs ??= look.darkSinceMs === null ? 0 : look.seenAtMs
      look.darkSinceMs = null
    }
    look.dark = dark
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
