import { addressesIn, isWithin, type AddressRange } from '@zongheng/inventory/address-range.ts'
import type { Profile } from '@zongheng/inventory/profile.ts'
import { setTimeout as after } from 'node:timers/promises'
import type { SweepCount, SweepStep } from '../contract.ts'
import { discover } from '../discover/discover.ts'
import type { Discovery } from '../discover/plan.ts'
import { IcmpError, lost } from '../icmp/icmp.ts'
import { limiter } from '../limit.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import { openSession } from '../snmp/open.ts'
import type { Patience } from '../snmp/request.ts'
import { SnmpError, type SnmpSession } from '../snmp/session.ts'
import { addressesBeside } from './beside.ts'
import { CredentialOrder, type TriedCredential } from './credentials.ts'

/** What is asked, and how far it may go. */
export interface SweepOrder {
  ranges: readonly AddressRange[]
  /** Whose neighbours are asked in turn. */
  seeds: readonly string[]
  /** Nothing outside is ever asked; with none, nothing but ranges and seeds. */
  within: readonly AddressRange[]
  without: readonly AddressRange[]
  /** From a seed to its neighbours is one. */
  mostSteps: number
  port: number
  perSecond: number
  credentials: readonly TriedCredential[]
  /** What a device that answers at all answers within. */
  patience: Patience
  /** Whether those that answer no echo are asked all the same. */
  isSilentAsked: boolean
  /** Found before a stop: not asked again. */
  done: readonly string[]
  /** Known from those, and not asked yet. */
  next: readonly SweepStep[]
}

export interface Found {
  address: string
  /** Null: it answers an echo, and to none of the credentials. Without a discovery: it has one, and fell silent when it was read. */
  device: { credentialId: string; discovery: Discovery | null } | null
  rttMs: number | null
  /** How its address became known, when it was not asked for. */
  from: SweepStep['from']
  /** Whom it knows, as far as they may be asked. */
  beside: SweepStep[]
}

export interface SweepParts {
  icmp: { round(hosts: readonly string[]): Promise<Float64Array> }
  engine: SnmpEngine
  profiles: Profile[]
  signal: AbortSignal
  onFound: (found: Found) => void
  onCount: (count: SweepCount) => void
}

/** A wrong community is silence: many are waited for at once. Walks are heavy. */
const knockedAtOnce = 256
const readAtOnce = 24
const batchMs = 1_000
const sysObjectID = '1.3.6.1.2.1.1.2.0'

/** Asks addresses who stands there, range by range, then neighbour by neighbour. Ends early when its signal says so. */
export class Sweep {
  readonly #order: SweepOrder
  readonly #parts: SweepParts
  readonly #credentials: CredentialOrder
  readonly #known: Set<string>
  readonly #knocking = limiter(knockedAtOnce)
  readonly #reading = limiter(readAtOnce)
  readonly #count: SweepCount = { asked: 0, answering: 0, devices: 0 }
  #next: SweepStep[] = []

  constructor(order: SweepOrder, parts: SweepParts) {
    this.#order = order
    this.#parts = parts
    this.#credentials = new CredentialOrder(order.credentials)
    this.#known = new Set(order.done)
  }

  async run(): Promise<SweepCount> {
    const { seeds, mostSteps } = this.#order
    await this.#askAll(this.#listed())
    for (const address of seeds) this.#propose({ address, steps: mostSteps, from: null })
    this.#order.next.forEach((asked) => this.#propose(asked))
    while (this.#next.length > 0 && !this.#parts.signal.aborted) await this.#askAll(this.#next.splice(0))
    return { ...this.#count }
  }

  *#listed(): Generator<SweepStep> {
    for (const address of addressesIn(this.#order.ranges))
      if (this.#isNew(address)) yield { address, steps: 0, from: null }
  }

  /** Each address once, and only where the operator allows. */
  #isNew(address: string): boolean {
    if (this.#known.has(address) || isWithin(this.#order.without, address)) return false
    this.#known.add(address)
    return true
  }

  #propose(asked: SweepStep): boolean {
    if (asked.from && !isWithin(this.#order.within, asked.address)) return false
    const isNew = this.#isNew(asked.address)
    if (isNew) this.#next.push(asked)
    return isNew
  }

  /** So many addresses a second; devices that answer are read while the next ones are asked. */
  async #askAll(all: Iterable<SweepStep>): Promise<void> {
    const reading: Promise<void>[] = []
    for (const batch of batches(all, this.#order.perSecond)) {
      if (this.#parts.signal.aborted) break
      const pause = after(batchMs)
      const rtts = await this.#echo(batch)
      for (const [at, asked] of batch.entries())
        reading.push(this.#knocking(() => this.#ask(asked, rtts[at]!)))
      this.#tell(batch.length)
      if (batch.length === this.#order.perSecond) await pause
    }
    await Promise.all(reading)
  }

  async #echo(batch: readonly SweepStep[]): Promise<Float64Array> {
    try {
      return await this.#parts.icmp.round(batch.map(({ address }) => address))
    } catch (error) {
      if (!(error instanceof IcmpError)) throw error
      return new Float64Array(batch.length).fill(NaN) // a host that may not ask for echoes asks SNMP at once
    }
  }

  #tell(asked: number): void {
    this.#count.asked += asked
    this.#parts.onCount({ ...this.#count })
  }

  async #ask(asked: SweepStep, rtt: number): Promise<void> {
    const isSilent = rtt === lost
    if (this.#parts.signal.aborted || (isSilent && !this.#order.isSilentAsked)) return
    const rttMs = isSilent || Number.isNaN(rtt) ? null : rtt
    const { device, beside } = await this.#read(asked)
    if (this.#parts.signal.aborted || (!device && rttMs === null)) return // half read is asked again
    this.#count.answering++
    if (device) this.#count.devices++
    this.#parts.onFound({ address: asked.address, device, rttMs, from: asked.from, beside })
  }

  async #read(asked: SweepStep): Promise<Pick<Found, 'device' | 'beside'>> {
    const peer = { address: asked.address, port: this.#order.port }
    for (const credential of this.#credentials.for(asked.address)) {
      if (this.#parts.signal.aborted) break
      const session = openSession(this.#parts.engine, peer, credential.snmp, this.#order.patience)
      try {
        if (!(await isAnswered(session))) continue
        this.#credentials.fitted(asked.address, credential)
        const { discovery, beside } = await this.#reading(() => this.#discover(session, asked))
        return { device: { credentialId: credential.id, discovery }, beside }
      } finally {
        session.close()
      }
    }
    return { device: null, beside: [] }
  }

  /** What falls silent on the way is told as far as it was read. */
  async #discover(
    session: SnmpSession,
    { address, steps }: SweepStep,
  ): Promise<{ discovery: Discovery | null; beside: SweepStep[] }> {
    let discovery: Discovery | null = null
    const beside: SweepStep[] = []
    try {
      discovery = await discover(session, this.#parts.profiles)
      if (steps === 0) return { discovery, beside }
      for (const [known, by] of await addressesBeside(session)) {
        const asked = { address: known, steps: steps - 1, from: { address, by } }
        if (this.#propose(asked)) beside.push(asked)
      }
    } catch (error) {
      if (!(error instanceof SnmpError)) throw error
    }
    return { discovery, beside }
  }
}

async function isAnswered(session: SnmpSession): Promise<boolean> {
  try {
    await session.get([sysObjectID])
    return true
  } catch (error) {
    if (error instanceof SnmpError) return false
    throw error
  }
}

function* batches<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = []
  for (const one of all) {
    batch.push(one)
    if (batch.length === size) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
