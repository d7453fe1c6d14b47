/** A rule held against what was measured, before it is switched on: what it would have told, and when. */
import { Engine, type Standing, type Watch } from '@zongheng/inventory/conditions/engine.ts'
import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import type { RawSamples, SeriesStore } from '../series/contract.ts'
import { metricOfForecast, watchesFor, type CompiledRule } from './compile.ts'
import { findingOf } from './findings.ts'
import type { TrialPart } from './schema.ts'
import { scaleFor, type SeriesSubject } from './subjects.ts'
import { dayMs, daysLeft, hourMs, trendDays, usualIn, weekMs } from './usual.ts'

/** A part ends after so many samples or so long, whichever is first: each answers soon, and the next begins where it ended. */
const samplesAtMost = 1_500_000
const workMsAtMost = 700
export const eventsAtMost = 200
const together = 25

export interface TrialDeps {
  series: Pick<SeriesStore, 'raw' | 'read'>
}

export type Event = TrialPart['events'][number]
type TrialWatch = Watch<CompiledRule> & { subject: SeriesSubject }

export interface Asked {
  /** Everything it would judge, in a fixed order. */
  watches: TrialWatch[]
  from: number
  until: number
  /** How many are done already. */
  start: number
}

export function trialWatches(pairs: Iterable<{ rule: CompiledRule; subject: SeriesSubject }>): TrialWatch[] {
  return Array.from(pairs, ({ rule, subject }) =>
    Array.from(watchesFor(rule, subject), (watch) => ({ ...watch, subject })),
  ).flat()
}

/** One part: O(samples of the series in it). */
export async function tryPart(
  { watches, from, until, start }: Asked,
  series: TrialDeps['series'],
): Promise<TrialPart> {
  const events: Event[] = []
  let samples = 0
  let done = start
  const beganMs = performance.now()
  const isLong = () => samples >= samplesAtMost || performance.now() - beganMs >= workMsAtMost
  while (done < watches.length && (done === start || !isLong())) {
    const some = watches.slice(done, done + together)
    samples += await trySome(some, { from, until }, series, events)
    done += some.length
  }
  events.sort((one, other) => one.at - other.at)
  return {
    from,
    until,
    done,
    total: watches.length,
    samples,
    events: events.slice(0, eventsAtMost),
    isCut: events.length > eventsAtMost,
    next: done < watches.length ? String(done) : null,
  }
}

async function trySome(
  watches: TrialWatch[],
  period: { from: number; until: number },
  series: TrialDeps['series'],
  events: Event[],
): Promise<number> {
  const kind = watches[0]!.rule.kind
  if (kind === 'forecast') return tryForecasts(watches, period, series, events)
  const keys = watches.map(({ metric, entity }) => ({ metric: metric as MetricName, entity }))
  const raw = await series.raw(keys, period)
  let samples = 0
  for (const watch of watches) {
    const found = raw.find(({ entity, metric }) => entity === watch.entity && metric === watch.metric)
    if (!found) continue
    samples += found.atMs.length
    const told = new Telling(watch, events, describing(watch))
    if (kind === 'deviation') await feedHours(told.engine, watch, found, period, series)
    else if (kind === 'absence') feedGaps(told.engine, found, period)
    else feed(told.engine, found, 0, found.atMs.length)
    told.end()
  }
  return samples
}

type Describe = (standing: Standing<CompiledRule>) => Pick<Event, 'entity' | 'metric' | 'value' | 'unit'>

const describing =
  ({ subject, metric }: TrialWatch): Describe =>
  (standing) => {
    const { entityType: type, entityId: id, entityName: name, values } = findingOf(standing, subject)
    const { value = null, unit = null } = values
    return {
      entity: { type, id, name },
      metric: metricOfForecast(metric),
      value: typeof value === 'number' && Number.isFinite(value) ? value : null,
      unit: unit === null ? null : String(unit),
    }
  }

/** One machine, and what it tells. */
export class Telling {
  readonly engine: Engine<CompiledRule>
  readonly #describe: Describe
  readonly #events: Event[]
  #open: Event | null = null

  constructor(watch: Watch<CompiledRule>, events: Event[], describe: Describe) {
    this.#describe = describe
    this.#events = events
    this.engine = new Engine([watch], (standing) => this.#tell(standing))
  }

  #tell(standing: Standing<CompiledRule>): void {
    const { level, lastMs, sinceMs, rule } = standing
    const at = rule.kind === 'absence' && level > 0 ? sinceMs + rule.settings.afterS * 1000 : lastMs
    if (level === 0) return this.#close(at)
    if (this.#open) return void (this.#open.level = Math.max(this.#open.level, level))
    this.#open = { ...this.#describe(standing), level, at, until: null }
  }

  #close(at: number): void {
    if (this.#open) this.#events.push({ ...this.#open, until: at })
    this.#open = null
  }

  end(): void {
    if (this.#open) this.#events.push(this.#open)
  }
}

function feed(
  engine: Engine<CompiledRule>,
  { entity, metric, atMs, startMs, values }: RawSamples,
  from: number,
  until: number,
) {
  const n = until - from
  if (n <= 0) return
  engine.ingest(metric, {
    ids: [entity],
    entities: new Uint8Array(n),
    atMs: atMs.slice(from, until),
    values: values.slice(from, until),
    ...(startMs && metrics[metric].kind === 'increment' && { startMs: startMs.slice(from, until) }),
  })
}

function feedGaps(
  engine: Engine<CompiledRule>,
  raw: RawSamples,
  { from, until }: { from: number; until: number },
) {
  for (let i = 0; i < raw.atMs.length; i++) {
    engine.lookForAbsence(raw.atMs[i]!, from)
    feed(engine, raw, i, i + 1)
  }
  engine.lookForAbsence(until, from)
}

/** Hour by hour, each by what was usual then. */
async function feedHours(
  engine: Engine<CompiledRule>,
  { rule, scale, entity, metric }: TrialWatch,
  raw: RawSamples,
  { from, until }: { from: number; until: number },
  series: TrialDeps['series'],
): Promise<void> {
  const first = Math.floor(from / hourMs) * hourMs
  const weeks = rule.settings.weeks
  const period = { from: first - weeks * weekMs, until }
  const [steps] = await series.read({
    entities: [entity],
    metrics: [metric as MetricName],
    ...period,
    stepMs: hourMs,
  })
  const means = new Map(steps?.atMs.map((at, i) => [at, steps.mean[i] ?? null]))
  const [machine] = engine.deviations()
  let at = 0
  for (let hour = first; hour < until; hour += hourMs) {
    const past = Array.from({ length: weeks }, (_, i) => means.get(hour - (i + 1) * weekMs) ?? null)
    engine.setUsual(machine!.slot, usualIn(past, scale, rule.settings))
    const end = raw.atMs.findIndex((one, i) => i >= at && one >= hour + hourMs)
    const next = end === -1 ? raw.atMs.length : end
    feed(engine, raw, at, next)
    at = next
  }
}

/** As each day would have seen it. */
async function tryForecasts(
  watches: TrialWatch[],
  { from, until }: { from: number; until: number },
  series: TrialDeps['series'],
  events: Event[],
): Promise<number> {
  let samples = 0
  for (const watch of watches) {
    const metric = metricOfForecast(watch.metric) as MetricName
    const [steps] = await series.read({ entities: [watch.entity], metrics: [metric], from: from - trendDays * dayMs, until, stepMs: hourMs }) // prettier-ignore
    if (!steps) continue
    samples += steps.atMs.length
    const told = new Telling(watch, events, describing(watch))
    for (let day = from; day <= until; day += dayMs) {
      const known = steps.atMs.findIndex((at) => at >= day)
      const end = known === -1 ? steps.atMs.length : known
      const begin = steps.atMs.findIndex((at) => at >= day - trendDays * dayMs)
      const hours = {
        atMs: steps.atMs.slice(Math.max(0, begin), end),
        mean: steps.mean.slice(Math.max(0, begin), end),
      }
      const left = daysLeft(
        hours,
        scaleFor(watch.rule.spec.as, watch.subject) ?? 1,
        watch.rule.settings.toward,
        day,
      )
      if (left === null) continue
      told.engine.ingest(watch.metric, { ids: [watch.entity], entities: [0], atMs: [day], values: [Math.min(left, 10_000)] }) // prettier-ignore
    }
    told.end()
  }
  return samples
}
