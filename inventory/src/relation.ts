/**
 * Typed relations between things of the estate, kinds as data. A relation reads from its first end: `from` depends on `to`, `from`
 * powers `to`. The words for both directions are the console's.
 */
export const relationEnds = ['service', 'link', 'circuit', 'device', 'site', 'check', 'room'] as const
export type RelationEnd = (typeof relationEnds)[number]

interface KindFacts {
  from: readonly RelationEnd[]
  to: readonly RelationEnd[]
  /** Kinds of one family must not lead back to where they began; null: they may. */
  family: 'needs' | 'powers' | null
  /** Several of one end may stand in for one another: `details.group`, of which `details.needed` must do. */
  grouped: boolean
  /** Which of two supplies it is: `details.feed`. */
  fed: boolean
}

const plain = { family: null, grouped: false, fed: false } as const

// prettier-ignore
export const relationKinds = {
  'depends-on': { from: ['service'], to: ['service', 'link', 'circuit', 'device', 'site', 'check', 'room'], family: 'needs', grouped: true, fed: false },
  'runs-on': { from: ['service'], to: ['device'], family: 'needs', grouped: true, fed: false },
  /** Of a site: its mains. */
  powers: { from: ['site', 'device'], to: ['device'], family: 'powers', grouped: false, fed: true },
  connects: { ...plain, from: ['device'], to: ['device'] },
  covers: { ...plain, from: ['device'], to: ['room', 'site'] },
  'stands-in': { ...plain, from: ['device', 'service'], to: ['device', 'service'] },
} as const satisfies Record<string, KindFacts>

export type RelationKind = keyof typeof relationKinds
export const relationKindNames = Object.keys(relationKinds) as RelationKind[]
export const relationFacts = (kind: RelationKind): KindFacts => relationKinds[kind]

/** Two supplies of one device, where it has two power units. */
export const feeds = ['A', 'B'] as const
export type Feed = (typeof feeds)[number]

export interface RelationDetails {
  /** Those of one name, from one end, stand in for one another. */
  group?: string
  /** How many of the group must do; 1 by default. */
  needed?: number
  feed?: Feed
}

export interface Relation {
  id: string
  regionId: string
  kind: RelationKind
  fromType: RelationEnd
  fromId: string
  toType: RelationEnd
  toId: string
  details: RelationDetails
}

export type RelationFault = 'end-type' | 'same-end' | 'detail'

/** What is wrong with a relation by itself; null when nothing is. */
export function faultOf(
  relation: Pick<Relation, 'kind' | 'fromType' | 'fromId' | 'toType' | 'toId' | 'details'>,
): RelationFault | null {
  const { from, to, grouped, fed } = relationFacts(relation.kind)
  if (!from.includes(relation.fromType) || !to.includes(relation.toType)) return 'end-type'
  if (relation.kind === 'stands-in' && relation.fromType !== relation.toType) return 'end-type'
  if (relation.fromId === relation.toId) return 'same-end'
  const { group, needed, feed } = relation.details
  const isFit = (grouped || (group ?? needed) === undefined) && (fed || feed === undefined)
  return isFit && (needed === undefined || group !== undefined) ? null : 'detail'
}

/** Kinds of the same family. */
export const kinOf = (kind: RelationKind): RelationKind[] => {
  const { family } = relationFacts(kind)
  return family === null ? [] : relationKindNames.filter((other) => relationFacts(other).family === family)
}
