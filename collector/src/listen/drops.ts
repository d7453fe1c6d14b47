import type { LogEntry, LogKind } from '../contract.ts'

/** `rate`: more than its source may say; `malformed`; `unauthentic`: of SNMPv3, not by whom it says; `full`: nobody took it in time. */
export type DropReason = 'rate' | 'malformed' | 'unauthentic' | 'full'

/** Sources that are told of by name; the rest are told of together. */
const maxSources = 200
const everybodyElse = '::'
const noticeSeverity = 4

type Counts = Partial<Record<DropReason, number>> & { kind: LogKind }

/** What was not kept: counted by source, and told once a minute. */
export class Drops {
  #sources = new Map<string, Counts>()
  #total = 0

  /** Since the start. */
  get total(): number {
    return this.#total
  }

  count(address: string, kind: LogKind, reason: DropReason): void {
    this.#total++
    const name = this.#sources.has(address) || this.#sources.size < maxSources ? address : everybodyElse
    const counts = this.#sources.get(name) ?? { kind }
    counts[reason] = (counts[reason] ?? 0) + 1
    this.#sources.set(name, counts)
  }

  /** What was dropped since it was last told. */
  take(atMs: number): LogEntry[] {
    const sources = this.#sources
    this.#sources = new Map()
    return Array.from(sources, ([address, { kind, ...counts }]) => ({
      atMs,
      saidMs: null,
      kind,
      address,
      deviceId: null,
      name: 'dropped',
      severity: noticeSeverity,
      facility: null,
      host: null,
      text: Object.entries(counts)
        .map(([reason, count]) => `${reason}=${count}`)
        .join(' '),
      values: counts,
      repeated: 0,
    }))
  }
}
