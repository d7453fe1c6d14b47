/**
 * Where measuring becomes knowing: one batch or tick at a time, states, alarms and incidents follow from the samples, and are
 * committed together. One process decides.
 */
import type { Lane, SampleColumns } from '@zongheng/collector/contract.ts'
import { freshMs } from '@zongheng/inventory/check-state.ts'
import { checkFacts } from '@zongheng/inventory/check.ts'
import type { AlarmService } from './alarms/service.ts'
import type { Clock } from './clock.ts'
import type { Db } from './db/database.ts'
import type { EventBus } from './events.ts'
import type { Log } from './log.ts'
import type { Measures } from './self/measures.ts'
import type { BatchMark, SeriesStore } from './series/contract.ts'
import type { Change } from './state/held.ts'
import type { StateService } from './state/service.ts'
import { Historians } from './state/historians.ts'
import { saveChanges } from './state/store.ts'
import type { UplinkService } from './uplink/service.ts'
import { lastSampleMs, setMark } from './uplink/store.ts'

const tickMs = 1000
/** Samples older than this are a spool being played back: they are judged by their own time. */
const liveMs = 20_000
/** What is older when a collector is back comes late, and is judged apart. */
const lateMs = 15 * 60_000

interface Outcome {
  changes: Change[]
  alarmIds: string[]
  ticketIds: string[]
}

export interface DeciderDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  series: Pick<SeriesStore, 'append' | 'last'>
  state: StateService
  alarms: AlarmService
  uplink: UplinkService
  /** How full the series are, in percent; null while it is not known. */
  seriesFilled?: () => number | null
  measures: Measures
}

export class Decider {
  readonly #deps: DeciderDeps
  #queue: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  readonly #late: Historians
  #replayUntilMs = 0
  #nextTick: Promise<void> | null = null
  #stopped = false

  constructor(deps: DeciderDeps) {
    this.#deps = deps
    const { db, bus, clock, log, state, alarms } = deps
    this.#late = new Historians({
      db,
      clock,
      log,
      estate: () => state.model,
      backdated: (entities) => {
        for (const { entityId, sinceMs } of entities) state.judge.backdate(entityId, sinceMs)
      },
      ended: async (tx, pieces) => {
        const alarmIds = await alarms.recordPast(tx, pieces)
        return () => void (alarmIds.length && bus.emit('alarm.changed', { alarmIds }))
      },
    })
  }

  async start(): Promise<void> {
    const { bus, log } = this.#deps
    await this.#load()
    await this.#forgetIfAway()
    await this.#late.load()
    await this.#recallChecks().catch((err: unknown) => log.warn({ err }, 'last runs of checks are not known'))
    bus.on('estate.changed', () => {
      this.#enqueue(() => this.#deps.state.reload()).then(
        () => bus.emit('estate.reloaded'),
        (error: unknown) => log.error({ err: error }, 'estate not reloaded'),
      )
    })
    this.#timer = setInterval(() => void this.tick(), tickMs)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#queue
  }

  async #load(): Promise<void> {
    const { state, alarms } = this.#deps
    await state.load()
    await alarms.load()
    state.judge.recall([...alarms.book.open()].map((alarm) => alarm.finding))
  }

  /** While this server was away nobody judged: what was known then is not known to have lasted. */
  async #forgetIfAway(): Promise<void> {
    const { db, state, clock } = this.#deps
    const lastMs = await lastSampleMs(db)
    if (lastMs === null || clock() - lastMs <= lateMs) return
    const changes = state.judge.forget(lastMs)
    await db.transaction().execute((tx) => saveChanges(tx, changes))
  }

  /** A check that is run once an hour is not unknown for an hour after each start: its last run is in the series. */
  async #recallChecks(): Promise<void> {
    const { state, series, clock } = this.#deps
    const checks = [...state.model.checks.values()].filter((check) => check.isEnabled)
    const keys = checks.flatMap(({ spec, points }) =>
      points.flatMap(({ id: entity }) =>
        (['checkOk', ...checkFacts[spec.kind].metrics] as const).map((metric) => ({ entity, metric })),
      ),
    )
    if (keys.length === 0) return
    const last = await series.last(keys, clock() - Math.max(...checks.map(freshMs)))
    const columns = Map.groupBy(last, ({ metric }) => metric)
    state.judge.observations.ingest(
      Array.from(columns, ([metric, rows]) => ({
        metric,
        ids: rows.map(({ entity }) => entity),
        entities: rows.map((_, i) => i),
        atMs: rows.map(({ atMs }) => atMs),
        values: rows.map(({ value }) => value),
      })),
    )
  }

  /**
   * Commits a batch: numbers first, then what follows from them together with its mark. Numbers of several collectors are written
   * while what came before is decided.
   */
  commit(mark: BatchMark, columns: SampleColumns[]): Promise<void> {
    if (this.#stopped) return this.#enqueue(() => Promise.resolve())
    const appended = this.#deps.series.append(mark, columns)
    appended.catch(() => undefined) // told in its turn, below
    return this.#enqueue(async () => {
      await appended
      if (mark.lane === 'samples') await this.#judgeBatch(mark, columns)
      else await this.#late.take(mark.collectorId, columns, (tx) => this.#mark(tx, mark))
      this.#deps.measures.tookBatch(
        mark.lane,
        columns.reduce((sum, { atMs }) => sum + atMs.length, 0),
      )
    })
  }

  /** What says nothing of any state: to the series alone, in its turn. */
  keep(mark: BatchMark, columns: SampleColumns[]): Promise<void> {
    return this.#enqueue(async () => void (await this.#deps.series.append(mark, columns)))
  }

  async #judgeBatch(mark: BatchMark, columns: SampleColumns[]): Promise<void> {
    const { state, clock } = this.#deps
    const nowMs = clock()
    state.judge.ingest(columns, nowMs)
    const newest = columns.reduce((latest, c) => Math.max(latest, c.atMs.at(-1) ?? 0), 0)
    const replaying = newest > 0 && nowMs - newest > liveMs
    if (replaying) this.#replayUntilMs = nowMs + 5_000
    const outcome = await this.#decide(replaying ? newest : nowMs, (tx) => this.#mark(tx, mark, newest))
    this.#late.present(mark.collectorId, columns)
    this.#tell(outcome)
    this.#tellReadings(columns)
  }

  #mark(
    db: Db,
    { collectorId, epoch, lane, seq }: { collectorId: string; epoch: string; lane: Lane; seq: number },
    newestMs?: number,
  ) {
    return setMark(db, collectorId, epoch, lane, seq, newestMs || null)
  }

  /** What time alone brings about, and what was told unasked. One waits at a time, however long the queue is. */
  tick(): Promise<void> {
    const { clock, log } = this.#deps
    this.#nextTick ??= this.#enqueue(async () => {
      this.#nextTick = null // what comes from here on is not seen by this one
      if (clock() >= this.#replayUntilMs) this.#tell(await this.#decide(clock()))
      await this.#late.tick()
    }).catch((err: unknown) => log.error({ err }, 'states were not judged'))
    return this.#nextTick
  }

  /** Judges all, and commits what changed; a failed commit is as if nothing had been judged. */
  async #decide(nowMs: number, also?: (tx: Db) => Promise<void>): Promise<Outcome> {
    const { db, state, alarms, uplink, measures } = this.#deps
    const beganMs = performance.now()
    for (const id of state.model.collectors.keys()) state.judge.collectorSeen(id, uplink.presence.look(id))
    state.judge.seriesFilled(this.#deps.seriesFilled?.() ?? null)
    const judgement = state.judge.evaluate(nowMs)
    const steps = alarms.book.reconcile(judgement, nowMs)
    const outcome: Outcome = { changes: judgement.changes, alarmIds: [], ticketIds: [] }
    const decided = () => measures.decided(performance.now() - beganMs, this.#deps.clock())
    if (!steps.length && !judgement.changes.length && !also) {
      decided()
      return outcome
    }
    try {
      await db.transaction().execute(async (tx) => {
        await saveChanges(tx, judgement.changes)
        Object.assign(outcome, await alarms.apply(tx, steps, nowMs))
        await also?.(tx)
      })
    } catch (error) {
      measures.failedCommits++
      await this.#load()
      throw error
    }
    decided()
    return outcome
  }

  #tell({ changes, alarmIds, ticketIds }: Outcome): void {
    const { bus } = this.#deps
    if (changes.length) {
      bus.emit(
        'state.changed',
        changes.map(({ entityId, entityType, regionId, to, atMs }) => ({
          entityId,
          entityType,
          regionId,
          state: to,
          sinceMs: atMs,
        })),
      )
    }
    if (alarmIds.length) bus.emit('alarm.changed', { alarmIds })
    if (ticketIds.length) bus.emit('ticket.changed', { ticketIds })
  }

  #tellReadings(columns: SampleColumns[]): void {
    const { bus, state, clock } = this.#deps
    const deviceIds = columns.filter((c) => c.metric === 'reachable').flatMap(idsOf)
    if (deviceIds.length) bus.emit('device.polled', { deviceIds, atMs: clock() })
    const circuitIds = state.circuitsOf(columns).map((circuit) => circuit.id)
    if (circuitIds.length) bus.emit('circuit.read', { circuitIds })
  }

  /** One thing at a time, in order; a failure is its caller's and stops nothing behind it. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (this.#stopped) return Promise.reject(new Error('the server is stopping'))
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => undefined)
    return done
  }
}

const idsOf = ({ ids, entities }: SampleColumns): string[] => Array.from(entities, (index) => ids[index]!)
