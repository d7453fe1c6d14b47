import type { ProbeWindow } from '@zongheng/inventory/circuit-state.ts'

interface Probe {
  atMs: number
  ok: boolean
  rttMs: number | null
  sent: number
  lost: number
}

const recentMs = 60_000
const longMs = 600_000
const fewestRecent = 4
const fewestLong = 15
/** Losses further apart than this are not one: nobody looked in between. */
const unseenMs = 45_000

export interface ProbeWindows {
  recent: ProbeWindow
  long: ProbeWindow
  /** The quickest answer of the ten minutes. */
  floorMs: number | null
}

/** The last ten minutes of one leg's probes. Samples of one probe arrive metric by metric and share their instant. */
export class ProbeTrack {
  readonly #probes: Probe[] = []
  #windows: ProbeWindows | null = null
  okAtMs: number | null = null
  lostAtMs: number | null = null
  lostSinceMs: number | null = null
  okSinceMs: number | null = null

  verdict(atMs: number, ok: boolean): void {
    this.#at(atMs).ok = ok
    if (ok) {
      this.okAtMs = Math.max(atMs, this.okAtMs ?? 0)
      if (this.okAtMs > (this.lostAtMs ?? 0)) {
        this.lostSinceMs = null
        this.okSinceMs ??= atMs
      }
    } else if (atMs > (this.okAtMs ?? 0)) {
      if (this.lostAtMs !== null && atMs - this.lostAtMs > unseenMs) this.lostSinceMs = null
      this.lostAtMs = Math.max(atMs, this.lostAtMs ?? 0)
      this.lostSinceMs ??= atMs
      this.okSinceMs = null
    }
  }

  measured(atMs: number, part: { rttMs?: number; sent?: number; lost?: number }): void {
    Object.assign(this.#at(atMs), part)
  }

  #at(atMs: number): Probe {
    this.#windows = null
    const last = this.#probes.at(-1)
    if (last?.atMs === atMs) return last
    const known = this.#probes.find((probe) => probe.atMs === atMs)
    if (known) return known
    const probe = { atMs, ok: false, rttMs: null, sent: 0, lost: 0 }
    this.#probes.push(probe)
    if (last && last.atMs > atMs) this.#probes.sort((a, b) => a.atMs - b.atMs)
    const oldest = this.#probes.at(-1)!.atMs - longMs
    while (this.#probes[0]!.atMs < oldest) this.#probes.shift()
    return probe
  }

  /** Windows end with the newest probe, so that a spool played back is judged as it was. */
  windows(): ProbeWindows {
    this.#windows ??= {
      recent: this.#window(recentMs, fewestRecent),
      long: this.#window(longMs, fewestLong),
      floorMs: this.#probes.reduce<number | null>(
        (least, { rttMs }) => (rttMs === null ? least : Math.min(rttMs, least ?? rttMs)),
        null,
      ),
    }
    return this.#windows
  }

  /** Probes that were lost altogether are an outage, not loss: they do not linger as degradation once it ends. */
  #window(spanMs: number, fewest: number): ProbeWindow {
    const from = (this.#probes.at(-1)?.atMs ?? 0) - spanMs
    const probes = this.#probes.filter((probe) => probe.atMs > from)
    const rtts = probes.flatMap((probe) => (probe.rttMs === null ? [] : [probe.rttMs]))
    const steps = rtts.slice(1).map((rtt, i) => Math.abs(rtt - rtts[i]!))
    const enough = rtts.length >= fewest
    const answered = probes.filter((probe) => probe.ok)
    return {
      sent: sum(answered.map((probe) => probe.sent)),
      lost: sum(answered.map((probe) => probe.lost)),
      rttMs: enough ? quantile(rtts, 0.5) : null,
      jitterMs: enough ? quantile(steps, 0.5) : null,
      mostRttMs: enough ? quantile(rtts, 0.25) : null,
      mostJitterMs: enough ? quantile(steps, 0.25) : null,
    }
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

/** Linear between the two values nearest to the share; null of none. */
export function quantile(values: number[], share: number): number | null {
  if (!values.length) return null
  const sorted = values.toSorted((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)]!
  const above = sorted[Math.ceil(at)]!
  return below + (above - below) * (at - Math.floor(at))
}
