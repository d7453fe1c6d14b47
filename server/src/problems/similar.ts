/** Incidents that may have one cause: by what they are about, whose line it is, what they say. */

export interface PastIncident {
  id: string
  number: string
  title: string
  category: string | null
  createdMs: number
  /** What it is about: devices, links, circuits, sites that are the cause, with their names. */
  entities: readonly { id: string; name: string }[]
  /** Where it is felt: much that has nothing in common is. */
  places: readonly { id: string; name: string }[]
  /** Of the circuits among them. */
  carriers: readonly { id: string; name: string }[]
}

export const groupReasons = ['entity', 'carrier', 'category', 'text'] as const
export type GroupReason = (typeof groupReasons)[number]

export interface IncidentGroup {
  why: GroupReason
  /** What they share: a name, or the oldest title. */
  shared: string
  entityId: string | null
  /** Oldest first. */
  incidentIds: string[]
  score: number
}

/** How many make a group worth a look, and what one of them weighs: what is named weighs more than what is alike. */
const reasons: Readonly<Record<GroupReason, { atLeast: number; weight: number }>> = {
  entity: { atLeast: 2, weight: 4 },
  carrier: { atLeast: 3, weight: 2 },
  category: { atLeast: 5, weight: 1 },
  text: { atLeast: 3, weight: 2 },
}
/** Of the pairs of characters of both titles, so many are in each. */
const alike = 0.5
const groupsAtMost = 50
/** Titles are held against each other one by one. */
const comparedAtMost = 1000

/** Strongest first; a group that lies wholly within a stronger one is left out. */
export function groupsOf(incidents: readonly PastIncident[]): IncidentGroup[] {
  const sorted = [...incidents].sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1))
  const found = [
    ...byKey('entity', sorted, ({ entities }) => entities),
    ...byPlace(sorted),
    ...byKey('carrier', sorted, ({ carriers }) => carriers),
    ...byKey('category', sorted, ({ category }) => (category ? [{ id: category, name: category }] : [])),
    ...byText(sorted.slice(-comparedAtMost)),
  ].sort((a, b) => b.score - a.score || (a.shared < b.shared ? -1 : 1))
  const kept: IncidentGroup[] = []
  for (const group of found) if (!kept.some((one) => holds(one, group))) kept.push(group)
  return kept.slice(0, groupsAtMost)
}

const holds = (whole: IncidentGroup, part: IncidentGroup) => {
  const ids = new Set(whole.incidentIds)
  return part.incidentIds.every((id) => ids.has(id))
}

function byKey(
  why: GroupReason,
  incidents: readonly PastIncident[],
  keysOf: (incident: PastIncident) => readonly { id: string; name: string }[],
): IncidentGroup[] {
  const groups = new Map<string, { name: string; ids: Set<string> }>()
  for (const incident of incidents)
    for (const { id, name } of keysOf(incident)) {
      const group = groups.get(id) ?? { name, ids: new Set() }
      groups.set(id, group)
      group.ids.add(incident.id)
    }
  return [...groups].flatMap(([id, { name, ids }]) =>
    grouped(why, name, [...ids], why === 'entity' ? id : null),
  )
}

/** At one place, of one category or in like words. */
function byPlace(incidents: readonly PastIncident[]): IncidentGroup[] {
  const places = new Map<string, { name: string; there: PastIncident[] }>()
  for (const incident of incidents)
    for (const { id, name } of incident.places) {
      const place = places.get(id) ?? { name, there: [] }
      places.set(id, place)
      place.there.push(incident)
    }
  return [...places].flatMap(([placeId, { name, there }]) => {
    const categories = [...new Set(there.map(({ category }) => category))].filter(Boolean)
    const ofCategory = categories.map((one) => there.filter(({ category }) => category === one).map(({ id }) => id)) // prettier-ignore
    const inWords = worded(there).map(({ ids }) => ids)
    return [...ofCategory, ...inWords].flatMap((ids) => grouped('entity', name, ids, placeId))
  })
}

function byText(incidents: readonly PastIncident[]): IncidentGroup[] {
  return worded(incidents).flatMap(({ title, ids }) => grouped('text', title, ids, null))
}

/** Each joins the first group whose oldest title is like its own. */
function worded(incidents: readonly PastIncident[]): { title: string; ids: string[] }[] {
  const groups: { title: string; pairs: Set<string>; ids: string[] }[] = []
  for (const { id, title } of incidents) {
    const pairs = pairsOf(title)
    const group = groups.find((one) => likeness(one.pairs, pairs) >= alike)
    if (group) group.ids.push(id)
    else groups.push({ title, pairs, ids: [id] })
  }
  return groups
}

function grouped(
  why: GroupReason,
  shared: string,
  incidentIds: string[],
  entityId: string | null,
): IncidentGroup[] {
  const { atLeast, weight } = reasons[why]
  if (incidentIds.length < atLeast) return []
  return [{ why, shared, entityId, incidentIds, score: weight * incidentIds.length }]
}

/** Pairs of neighbouring characters, without blanks and digits: numbers and dates differ in what is alike. */
export function pairsOf(text: string): Set<string> {
  const letters = [...text.toLowerCase().replace(/[\s\d\p{P}]+/gu, '')]
  return new Set(letters.slice(1).map((letter, i) => letters[i]! + letter))
}

/** What two texts share of all they have, 0 to 1 (Jaccard). */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0
  const shared = [...a].filter((pair) => b.has(pair)).length
  return shared / (a.size + b.size - shared)
}
