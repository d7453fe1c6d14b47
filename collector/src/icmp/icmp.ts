import { lost } from './fping-output.ts'
import { fping, IcmpError } from './fping.ts'
import { Names } from './names.ts'

export { IcmpError, type IcmpFaultCode } from './fping.ts'
export { lost } from './fping-output.ts'

export interface IcmpOptions {
  timeoutMs?: number
  /** This host cannot ask, cannot for another reason, or can again (null): told once. */
  onFault?: (fault: IcmpError | null, before: IcmpError | null) => void
  monotonicMs?: () => number
  ask?: typeof fping
}

/** How long single echoes are gathered: whoever waits for a verdict waits no longer than that. */
const gatherMs = { usual: 500, urgent: 20 }
/** A host that forbids it is asked again after this: somebody may have followed the advice. */
const restMs = 60_000
/** Addresses in one process: its echoes are out in 0.2 s. */
const mostInOne = 2_000
export const echoTimeoutMs = 1_200

interface Waiting {
  address: string
  resolve: (rttMs: number | null) => void
  reject: (error: unknown) => void
}

/** Echoes to many, in rounds. What the host does not let us ask is an error, never a loss. */
export class Icmp {
  readonly #timeoutMs: number
  readonly #onFault: NonNullable<IcmpOptions['onFault']>
  readonly #monotonicMs: () => number
  readonly #ask: typeof fping
  readonly #names: Names
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #timerDueMs = 0
  #fault: IcmpError | null = null
  #restUntilMs = 0

  constructor(options: IcmpOptions = {}) {
    this.#timeoutMs = options.timeoutMs ?? echoTimeoutMs
    this.#onFault = options.onFault ?? (() => {})
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now())
    this.#ask = options.ask ?? fping
    this.#names = new Names(this.#monotonicMs)
  }

  /** Why this host cannot ask; null as long as it can. */
  get fault(): IcmpError | null {
    return this.#fault
  }

  /** One echo to each host; ms, `lost`, or NaN where it could not be asked. Rejects with an IcmpError. */
  async round(hosts: readonly string[]): Promise<Float64Array> {
    const addresses = await this.#addressesOf(hosts)
    const places = new Map<string, number>()
    for (const address of addresses)
      if (address !== null && !places.has(address)) places.set(address, places.size)
    const distinct = [...places.keys()]
    const parts: Promise<Float64Array>[] = []
    for (let at = 0; at < distinct.length; at += mostInOne)
      parts.push(this.#run(distinct.slice(at, at + mostInOne)))
    const answers = await Promise.all(parts)
    return Float64Array.from(addresses, (address) => {
      const place = address === null ? undefined : places.get(address)
      return place === undefined ? NaN : answers[Math.floor(place / mostInOne)]![place % mostInOne]!
    })
  }

  async #addressesOf(hosts: readonly string[]): Promise<readonly (string | null)[]> {
    const found = hosts.map((host) => this.#names.address(host))
    return found.some((one) => typeof one !== 'string') ? await Promise.all(found) : (found as string[])
  }

  /** One echo, which joins others. ms, or null for a loss; rejects with an IcmpError. */
  echo(address: string, { isUrgent } = { isUrgent: false }): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ address, resolve, reject })
      this.#arm(isUrgent ? gatherMs.urgent : gatherMs.usual)
    })
  }

  #arm(withinMs: number): void {
    const dueMs = performance.now() + withinMs
    if (this.#timer && this.#timerDueMs <= dueMs) return
    clearTimeout(this.#timer)
    this.#timerDueMs = dueMs
    this.#timer = setTimeout(() => void this.#flush(), withinMs)
  }

  async #flush(): Promise<void> {
    const asked = this.#waiting
    this.#waiting = []
    this.#timer = undefined
    try {
      const answers = await this.round(asked.map(({ address }) => address))
      asked.forEach(({ address, resolve, reject }, i) => {
        const rttMs = answers[i]!
        if (Number.isNaN(rttMs)) reject(new IcmpError('icmp-failed', `nothing is known of ${address}`))
        else resolve(rttMs === lost ? null : rttMs)
      })
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }

  async #run(addresses: string[]): Promise<Float64Array> {
    if (this.#fault && this.#monotonicMs() < this.#restUntilMs) throw this.#fault
    try {
      const answers = await this.#ask(addresses, this.#timeoutMs)
      this.#setFault(null)
      return answers
    } catch (error) {
      if (!(error instanceof IcmpError)) throw error
      this.#restUntilMs = this.#monotonicMs() + (error.code === 'icmp-failed' ? 0 : restMs)
      this.#setFault(error)
      throw error
    }
  }

  #setFault(fault: IcmpError | null): void {
    const before = this.#fault
    this.#fault = fault
    if (before?.code !== fault?.code) this.#onFault(fault, before)
  }
}
