import type { Batch, BatchAck, Fact, SampleColumns } from '@zongheng/collector/contract.ts'
import { Arenas } from '../arena.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { Decider } from '../decider.ts'
import type { QueuedJob } from '../events.ts'
import type { Log } from '../log.ts'
import { MalformedSamples } from '../series/columns.ts'
import type { StateService } from '../state/service.ts'
import { keepOwn, ownOf } from './belongs.ts'
import { decodeFacts, decodeHeard, decodeMessage, MalformedBatch } from './decode.ts'
import { keepGaps } from './gap-store.ts'
import type { Presence } from './presence.ts'
import { Rarely } from './rarely.ts'
import { lastMark, setMark } from './store.ts'
import type { Received, Stream } from './stream.ts'

const retryMs = 2000

/** What facts lead to, within one transaction; `told` runs once it is committed. */
export interface FactTakers {
  device(tx: Db, fact: Extract<Fact, { kind: 'device' }>, note: Note): Promise<() => void>
  job(tx: Db, fact: Extract<Fact, { kind: 'job' }>, note: Note): Promise<() => void>
  check(tx: Db, fact: Extract<Fact, { kind: 'check' }>): Promise<() => void>
  finding(tx: Db, fact: Extract<Fact, { kind: 'finding' }>): Promise<() => void>
  stations(tx: Db, fact: Extract<Fact, { kind: 'stations' }>): Promise<void>
  log(tx: Db, fact: Extract<Fact, { kind: 'log' }>, collectorId: string): Promise<() => void>
  found(tx: Db, fact: Extract<Fact, { kind: 'found' }>): Promise<void>
  /** Jobs that wait for this collector. */
  waitingJobs(collectorId: string): Promise<QueuedJob[]>
  /** Whether the job was given to this collector. */
  ownsJob(collectorId: string, jobId: string): Promise<boolean>
}

export interface IntakeDeps {
  db: Db
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  state: Pick<StateService, 'model'>
  decider: Pick<Decider, 'commit'>
  facts: FactTakers
  presence: Pick<Presence, 'noted'>
}

/** Who sends: as its key and its handshake say, whatever a batch says. */
export interface Sender {
  collectorId: string
  epoch: string
}

type Mark = Sender & Pick<Batch, 'lane' | 'seq'>

/** Takes what collectors send, once, and only what they were asked for. */
export class Intake {
  readonly #deps: IntakeDeps
  readonly #rarely: Rarely
  readonly #arenas = new Arenas()

  constructor(deps: IntakeDeps) {
    this.#deps = deps
    this.#rarely = new Rarely(deps.clock)
  }

  /** Commits one batch, once. What is malformed is acknowledged too: to send it again would not mend it. */
  async take(
    { collectorId, epoch }: Sender,
    received: Received | null,
    { order, marks }: Pick<Stream, 'order' | 'marks'>,
  ): Promise<BatchAck> {
    const { db, log } = this.#deps
    if (received?.batch.epoch !== epoch) {
      log.error({ collectorId }, 'not a batch')
      return { ok: false, retryMs, reason: 'not a batch' }
    }
    const { batch } = received
    const { lane, seq } = batch
    if (order.mustWait(batch)) return { ok: false, retryMs, reason: 'an earlier one comes first' }
    const committed = () => {
      marks.set(lane, seq)
      order.committed(batch)
      return { ok: true } as const
    }
    try {
      const last = marks.get(lane) ?? (await lastMark(db, collectorId, epoch, lane))
      if (seq <= last) return { ok: true }
      if (seq > last + 1 && last > 0)
        log.warn({ collectorId, lane, seq, last }, 'batches are missing in between')
      await this.#commit({ collectorId, epoch, lane, seq }, received)
      return committed()
    } catch (err) {
      if (err instanceof MalformedBatch || err instanceof MalformedSamples) {
        log.error({ err, collectorId, lane, seq }, 'batch dropped')
        await setMark(db, collectorId, epoch, lane, seq)
        return committed()
      }
      marks.delete(lane)
      order.failed(batch)
      log.error({ err, collectorId, lane, seq }, 'batch not committed')
      return { ok: false, retryMs, reason: 'not committed' }
    }
  }

  async #commit(mark: Mark, { batch: { body }, heard, fault }: Received): Promise<void> {
    if (fault) throw fault
    if (mark.lane === 'facts') return this.#commitFacts(mark, await decodeFacts(body))
    if (!heard) return this.#commitSamples(mark, await decodeMessage(body))
    const arena = this.#arenas.take()
    try {
      await this.#commitSamples(mark, await decodeHeard(heard, arena))
    } finally {
      this.#arenas.giveBack(arena)
    }
  }

  async #commitSamples(mark: Mark, samples: SampleColumns[]): Promise<void> {
    const { state, clock, decider } = this.#deps
    const { columns, dropped } = keepOwn(samples, ownOf(state.model, mark.collectorId), clock())
    this.#tellDropped(mark.collectorId, dropped)
    await decider.commit(mark, columns)
  }

  async #commitFacts({ collectorId, epoch, lane, seq }: Mark, facts: Fact[]): Promise<void> {
    const { audit, facts: takers, log, presence } = this.#deps
    const own = await this.#ownFacts(collectorId, facts)
    this.#tellDropped(collectorId, facts.length - own.length)
    const told: (() => void)[] = []
    await audit.write(async (tx, note) => {
      for (const fact of own) {
        if (fact.kind === 'device') told.push(await takers.device(tx, fact, note))
        else if (fact.kind === 'job') told.push(await takers.job(tx, fact, note))
        else if (fact.kind === 'check') told.push(await takers.check(tx, fact))
        else if (fact.kind === 'finding')
          told.push(await takers.finding(tx, fact), () => presence.noted(collectorId, fact))
        else if (fact.kind === 'found') await takers.found(tx, fact)
        else if (fact.kind === 'stations') await takers.stations(tx, fact)
        else if (fact.kind === 'log') told.push(await takers.log(tx, fact, collectorId))
        else {
          const { fromMs, untilMs, reason } = fact
          log.warn({ collectorId, fromMs, untilMs, reason }, 'collector lost samples')
        }
      }
      const gaps = own.filter((fact) => fact.kind === 'gap')
      await keepGaps(tx, collectorId, gaps)
      await setMark(tx, collectorId, epoch, lane, seq)
    })
    for (const tell of told) tell()
  }

  /** Of these, those about its own devices and jobs; none of them from the future. */
  async #ownFacts(collectorId: string, facts: Fact[]): Promise<Fact[]> {
    const { state, clock, facts: takers } = this.#deps
    const { device: devices, check: checks } = ownOf(state.model, collectorId)
    const nowMs = clock()
    const own: Fact[] = []
    for (const fact of facts) {
      if (fact.kind === 'gap' || fact.kind === 'log') own.push(fact)
      else if (
        fact.kind === 'job' || fact.kind === 'found'
          ? await takers.ownsJob(collectorId, fact.jobId)
          : fact.kind === 'check'
            ? checks.has(fact.checkId)
            : devices.has(fact.deviceId)
      )
        own.push({ ...fact, atMs: Math.min(fact.atMs, nowMs) })
    }
    return own
  }

  /** A collector that was just relieved of a device has a little left to say of it. */
  #tellDropped(collectorId: string, count: number): void {
    this.#rarely.add(collectorId, count, (dropped) =>
      this.#deps.log.warn(
        { collectorId, dropped },
        'collector spoke of what is not its own, or of another time',
      ),
    )
  }
}
