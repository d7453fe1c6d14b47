/** A rule about groups held against the states that their members had. */
import type { StatefulType } from '../events.ts'
import { isKnown, percentOf, watchOf, type Group } from './groups.ts'
import type { TrialPart } from './schema.ts'
import { eventsAtMost, Telling, type Event } from './trial.ts'

interface Period {
  fromMs: number
  untilMs: number
}
interface Span {
  state: string
  fromMs: number
  untilMs: number | null
}
/** What was known of entities of one type, by id, in order of time. */
export type Histories = (
  type: StatefulType,
  ids: readonly string[],
  period: Period,
) => Promise<Map<string, Span[]>>

/** Holds and easing pass between changes, too. */
const lookEveryMs = 60_000

interface Look {
  atMs: number
  percent: number
}

/** All at once: O(minutes of the period × groups of which any member was down). */
export async function tryGroups(
  groups: readonly Group[],
  period: Period,
  historiesOf: Histories,
): Promise<TrialPart> {
  const type = groups[0]?.rule.spec.group?.of
  const ids = [...new Set(groups.flatMap(({ members }) => members.map(({ id }) => id)))]
  const histories: Map<string, Span[]> = type ? await historiesOf(type, ids, period) : new Map()
  const events: Event[] = []
  let samples = 0
  for (const group of groups) {
    const looks = looksAt(group, histories, period)
    samples += looks.length
    tell(group, looks, events)
  }
  events.sort((one, other) => one.at - other.at)
  const told = { events: events.slice(0, eventsAtMost), isCut: events.length > eventsAtMost }
  const { fromMs: from, untilMs: until } = period
  return { from, until, done: groups.length, total: groups.length, samples, ...told, next: null }
}

function tell(group: Group, looks: readonly Look[], events: Event[]): void {
  const { id, name } = group.region
  const percentAt = new Map(looks.map(({ atMs, percent }) => [atMs, percent]))
  const telling = new Telling(watchOf(group), events, ({ lastMs }) => ({
    entity: { type: 'region', id, name },
    metric: 'group',
    value: Math.round(percentAt.get(lastMs) ?? 0),
    unit: '%',
  }))
  telling.engine.ingest('group', {
    ids: [group.series],
    entities: new Uint8Array(looks.length),
    atMs: looks.map(({ atMs }) => atMs),
    values: looks.map(({ percent }) => percent),
  })
  telling.end()
}

/** At each change and each minute between; none where nothing of the group ever was down. */
function looksAt(group: Group, histories: ReadonlyMap<string, Span[]>, { fromMs, untilMs }: Period): Look[] {
  const spans = group.members.flatMap(({ id }) => histories.get(id) ?? [])
  if (!spans.some(({ state }) => state === 'down')) return []
  const steps = spans.flatMap(stepsOf).sort((one, other) => one.atMs - other.atMs)
  const looks: Look[] = []
  let [known, down, next] = [0, 0, 0]
  const look = (atMs: number) => {
    for (; next < steps.length && steps[next]!.atMs <= atMs; next++) {
      known += steps[next]!.known
      down += steps[next]!.down
    }
    looks.push({ atMs, percent: percentOf(group, down, known) })
  }
  for (let atMs = fromMs; atMs < untilMs; atMs += lookEveryMs) {
    look(atMs)
    for (
      let at = steps[next]?.atMs;
      at !== undefined && at < Math.min(untilMs, atMs + lookEveryMs);
      at = steps[next]?.atMs
    )
      look(at)
  }
  return looks
}

/** How a span changes what is counted, where it begins and where it ends. */
function stepsOf({ state, fromMs, untilMs }: Span): { atMs: number; known: number; down: number }[] {
  if (!isKnown(state)) return []
  const down = state === 'down' ? 1 : 0
  const begins = { atMs: fromMs, known: 1, down }
  return untilMs === null ? [begins] : [begins, { atMs: untilMs, known: -1, down: -down }]
}
