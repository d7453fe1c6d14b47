import type { CollectorFault } from './contract.ts'
import type { IcmpFaultCode } from './icmp/fping.ts'
import type { ListenFault } from './listen/listening.ts'

export type FaultCode =
  | 'clock-offset'
  | 'disk-full'
  | 'line-limited'
  | 'overload'
  | 'spool-at-bound'
  | 'spool-damaged'
  | 'upgrade-failed'
  | ListenFault
  | IcmpFaultCode
type Fault = CollectorFault & { sinceMs: number }

/** What is wrong with this collector, since when. Told to the server with its health, and once to the log. */
export class Faults {
  readonly #now: () => number
  readonly #onChange: (fault: CollectorFault, isOver: boolean) => void
  readonly #open = new Map<FaultCode, Fault & { untilMs: number }>()

  constructor(
    now: () => number = Date.now,
    onChange: (fault: CollectorFault, isOver: boolean) => void = () => {},
  ) {
    this.#now = now
    this.#onChange = onChange
  }

  /** `forMs`: it is no state that ends, but something that happened, and is shown for so long. */
  raise(code: FaultCode, text: string, forMs = Infinity): void {
    const nowMs = this.#now()
    const known = this.#open.get(code)
    const fault = { code, sinceMs: known?.sinceMs ?? nowMs, text }
    this.#open.set(code, { ...fault, untilMs: nowMs + forMs })
    if (!known || forMs < Infinity) this.#onChange(fault, false)
  }

  clear(code: FaultCode): void {
    const fault = this.#open.get(code)
    if (fault && this.#open.delete(code)) this.#onChange(fault, true)
  }

  list(): CollectorFault[] {
    const nowMs = this.#now()
    for (const [code, { untilMs }] of this.#open) if (untilMs <= nowMs) this.clear(code)
    return Array.from(this.#open.values(), ({ code, sinceMs, text }) => ({ code, sinceMs, text }))
  }
}
