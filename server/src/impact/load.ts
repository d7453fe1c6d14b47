import type { SeriesStore } from '../series/contract.ts'

const stepMs = 5 * 60_000
const spanMs = 7 * 24 * 3_600_000
const keptMs = 15 * 60_000
/** Of one question; the load of what is beyond is the newest reading. */
const mostAsked = 40
const directions = ['ifHCInOctets', 'ifHCOutOctets'] as const

/** What interfaces carry when they are busy: the 95th percentile of seven days' 5-minute means, of the busier direction. */
export class BusyLoad {
  readonly #series: Pick<SeriesStore, 'read'>
  readonly #kept = new Map<string, { bps: number | null; atMs: number }>()

  constructor(series: Pick<SeriesStore, 'read'>) {
    this.#series = series
  }

  /** bit/s by interface; those without a history are left out. Asked anew after a quarter of an hour. */
  async of(interfaceIds: readonly string[], nowMs: number): Promise<Map<string, number>> {
    const asked = [...new Set(interfaceIds)].slice(0, mostAsked)
    const stale = asked.filter((id) => !(nowMs - (this.#kept.get(id)?.atMs ?? -Infinity) < keptMs))
    if (stale.length) await this.#read(stale, nowMs)
    return new Map(asked.flatMap((id) => {
      const bps = this.#kept.get(id)?.bps
      return bps == null ? [] : [[id, bps] as const]
    })) // prettier-ignore
  }

  async #read(interfaceIds: string[], nowMs: number): Promise<void> {
    const until = Math.floor(nowMs / stepMs) * stepMs
    const query = { entities: interfaceIds, metrics: [...directions], from: until - spanMs, until, stepMs }
    for (const id of interfaceIds) this.#kept.set(id, { bps: null, atMs: nowMs })
    for (const { entity, mean } of await this.#series.read(query)) {
      const values = Array.from(mean).filter((value) => value !== null && Number.isFinite(value)) as number[]
      if (!values.length) continue
      const bps = 8 * percentile(values, 95)
      this.#kept.set(entity, { bps: Math.max(bps, this.#kept.get(entity)?.bps ?? 0), atMs: nowMs })
    }
  }
}

/** Nearest rank. */
function percentile(values: number[], percent: number): number {
  const sorted = values.sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}
