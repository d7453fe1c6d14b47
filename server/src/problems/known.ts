/** Which known errors fit an incident. */
import { likeness, pairsOf } from './similar.ts'

export interface Told {
  id: string
  title: string
  category: string | null
  entityIds: readonly string[]
  /** Where it is felt: alone it is nothing in common. */
  placeIds: readonly string[]
}
export type KnownReason = 'linked' | 'entity' | 'category' | 'words'

export interface Fitting {
  id: string
  why: KnownReason[]
  score: number
}

/** A category alone says little: it ranks what fits otherwise. */
const weights: Readonly<Record<KnownReason, number>> = { linked: 10, entity: 5, words: 3, category: 1 }
const fitsFrom = 3
/** Of the pairs of characters of both titles, so many are in each. */
const alike = 0.3
const offeredAtMost = 5

/** Best first; at most five. */
export function fitting(incident: Told, known: readonly Told[], linkedIds: ReadonlySet<string>): Fitting[] {
  const pairs = pairsOf(incident.title)
  const about = new Set(incident.entityIds)
  const places = new Set(incident.placeIds)
  const holds: Record<KnownReason, (one: Told) => boolean> = {
    linked: ({ id }) => linkedIds.has(id),
    entity: ({ entityIds, placeIds, category }) =>
      entityIds.some((id) => about.has(id)) ||
      (category !== null && category === incident.category && placeIds.some((id) => places.has(id))),
    words: ({ title }) => likeness(pairs, pairsOf(title)) >= alike,
    category: ({ category }) => category !== null && category === incident.category,
  }
  return known
    .map((one) => {
      const why = (Object.keys(weights) as KnownReason[]).filter((reason) => holds[reason](one))
      return { id: one.id, why, score: why.reduce((sum, reason) => sum + weights[reason], 0) }
    })
    .filter(({ score }) => score >= fitsFrom)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1))
    .slice(0, offeredAtMost)
}
