import type { Ranking, Series } from '@zongheng/server/api.ts'
import { extent, lossPercent, stepsWithin } from '../charts/picture.ts'
import type { Period } from '../charts/look.ts'

export const bys = ['mean', 'max'] as const
export type By = (typeof bys)[number]
export const ways = ['in', 'out'] as const
export type Way = (typeof ways)[number]

interface Kind {
  metric: string | Record<Way, string>
  of?: 'circuit'
  /** What of `metric` is a share of it: losses of what was sent. */
  sent?: string
  unit: string
  /** Decimals; null: as a rate is shown. */
  digits: number | null
}

const traffic = {
  metric: { in: 'ifHCInOctets', out: 'ifHCOutOctets' },
  unit: 'Mbps',
  digits: null,
} as const satisfies Kind
const percent = { unit: '%', digits: 0 }
const loss = { unit: '%', digits: 2 }
const rtt = { unit: 'ms', digits: 1 }

/** What is ranked, in the order of the page. */
export const rankings = {
  circuit: { ...traffic, of: 'circuit' },
  interface: traffic,
  cpu: { metric: 'cpuPercent', ...percent },
  memory: { metric: 'memoryPercent', ...percent },
  rtt: { metric: 'pingRttMeanMs', ...rtt },
  loss: { metric: 'pingLost', sent: 'pingSent', ...loss },
  probeRtt: { metric: 'probeRttMs', ...rtt },
  probeLoss: { metric: 'probeLost', sent: 'probeSent', ...loss },
} as const satisfies Record<string, Kind>
export type RankingName = keyof typeof rankings
export const rankingNames = Object.keys(rankings) as RankingName[]

/** What is looked at, as the address says: `?of=interface&way=out&by=max`. */
export interface Choice {
  of: RankingName
  way: Way
  by: By
}

export function readChoice(search: Pick<URLSearchParams, 'get'>): Choice {
  return {
    of: rankingNames.find((name) => name === search.get('of')) ?? 'circuit',
    way: ways.find((way) => way === search.get('way')) ?? 'in',
    by: bys.find((by) => by === search.get('by')) ?? 'mean',
  }
}

/** Only what differs from the usual stands in the address; what else is there stays. */
export function writeChoice({ of, way, by }: Choice, search: Pick<URLSearchParams, 'toString'>) {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string, usual: string) =>
    value === usual ? next.delete(name) : next.set(name, value)
  put('of', of, 'circuit')
  put('way', way, 'in')
  put('by', by, 'mean')
  return next
}

export const hasWays = (of: RankingName) => typeof rankings[of].metric !== 'string'

export function asked({ of, way }: Choice): { metric: string; of?: 'circuit'; sent?: string } {
  const kind: Kind = rankings[of]
  return {
    metric: typeof kind.metric === 'string' ? kind.metric : kind.metric[way],
    of: kind.of,
    sent: kind.sent,
  }
}

export interface Row {
  entityId: string
  name: string
  href: string
  /** Of the period, null where nothing was measured. */
  course: (number | null)[]
  mean: number | null
  max: number | null
  /** Of what is rented, 0 to 1; null: nothing is. */
  share: number | null
}

type Ranked = Ranking['items'][number]
type SeriesOf = (entityId: string, metric: string) => Series | undefined

export function rowOf(item: Ranked, choice: Choice, seriesOf: SeriesOf, { from, until }: Period): Row {
  const { metric, sent } = asked(choice)
  const series = seriesOf(item.measuredId, metric)
  const within = stepsWithin(series?.atMs ?? [], from, until)
  const means = sent ? lossPercent(seriesOf(item.measuredId, sent), series) : (series?.mean ?? [])
  const course = means.slice(...within)
  const known = course.filter((value) => value !== null)
  const average = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  const peak = extent([sent ? means : (series?.max ?? [])], within)?.greatest ?? null
  // What the server ranked by is exact; steps of a chart are thinned.
  const exact = sent ? null : item.value
  const [mean, max] = [
    choice.by === 'mean' ? (exact ?? average) : average,
    choice.by === 'max' ? (exact ?? peak) : peak,
  ]
  const value = choice.by === 'mean' ? mean : max
  const share =
    item.bandwidthBps && !sent && hasWays(choice.of) && value !== null ? value / item.bandwidthBps : null
  return { entityId: item.entityId, name: item.name, href: hrefOf(item), course, mean, max, share }
}

/** Where it is looked at: a port with its device, a circuit with its link. */
function hrefOf({ ofId, part, bandwidthBps }: Ranked): string {
  if (bandwidthBps !== null) return `/links/${ofId}`
  return `/devices/${ofId}${part === null ? '' : `?${new URLSearchParams({ port: part })}`}`
}

/** Shares of what was sent may order otherwise than losses do; what is not loaded yet keeps the server's order. */
export function inOrder(rows: Row[], { of, by }: Choice): Row[] {
  if (!asked({ of, by, way: 'in' }).sent) return rows
  return [...rows].sort((a, b) => (b[by] ?? -1) - (a[by] ?? -1))
}
