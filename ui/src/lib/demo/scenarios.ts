import type { Link, NewFault } from '@zongheng/server/api.ts'

/** Where a scenario strikes: a county by its link to its city, and the router at each end. */
export interface Place {
  link: Link
  upperRouterId: string | null
  lowerRouterId: string | null
}

export interface Scenario {
  /** Of its words: `demo.scenario.<id>`, `demo.expect.<id>`. */
  id:
    | 'primary-cut'
    | 'both-cut'
    | 'degrade'
    | 'saturate'
    | 'flap'
    | 'one-way'
    | 'county-power'
    | 'room-hot'
    | 'fan-fail'
    | 'core-down'
    | 'city-power'
  tier: 'county' | 'city'
  /** What it switches on; nothing where the place lacks what it needs. */
  faults: (place: Place) => NewFault[]
}

const circuits = (kind: NewFault['kind'], { link }: Place, from: number, until: number): NewFault[] =>
  link.circuits.slice(from, until).map(({ id }) => ({ kind, target: id }))

const device = (kind: NewFault['kind'], target: string | null): NewFault[] =>
  target ? [{ kind, target }] : []

/** One click each: the faults that show what the product is for. */
export const scenarios: readonly Scenario[] = [
  { id: 'primary-cut', tier: 'county', faults: (place) => circuits('circuit-cut', place, 0, 1) },
  { id: 'both-cut', tier: 'county', faults: (place) => circuits('circuit-cut', place, 0, Infinity) },
  { id: 'degrade', tier: 'county', faults: (place) => circuits('circuit-degrade', place, 0, 1) },
  { id: 'saturate', tier: 'county', faults: (place) => circuits('circuit-saturate', place, 0, 1) },
  { id: 'flap', tier: 'county', faults: (place) => circuits('circuit-flap', place, 0, 1) },
  { id: 'one-way', tier: 'county', faults: (place) => circuits('circuit-one-way', place, 0, 1) },
  {
    id: 'county-power',
    tier: 'county',
    faults: ({ link }) => [{ kind: 'site-power', target: link.lowerSite.id }],
  },
  { id: 'room-hot', tier: 'county', faults: ({ link }) => [{ kind: 'room-hot', target: link.lowerSite.id }] },
  { id: 'fan-fail', tier: 'county', faults: ({ lowerRouterId }) => device('fan-fail', lowerRouterId) },
  { id: 'core-down', tier: 'city', faults: ({ upperRouterId }) => device('device-down', upperRouterId) },
  {
    id: 'city-power',
    tier: 'city',
    faults: ({ link }) => [{ kind: 'site-power', target: link.upperSite.id }],
  },
]
