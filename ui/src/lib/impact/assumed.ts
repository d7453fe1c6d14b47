/** What is assumed to fail, as the address says it: `?whatif=lnk_1,cir_2`; empty while nothing is picked yet. */
import type { ImpactAnswer, Link } from '@zongheng/server/api.ts'

export const readAssumed = (search: Pick<URLSearchParams, 'get'>): string[] | null => {
  const text = search.get('whatif')
  return text === null ? null : text.split(',').filter(Boolean)
}

/** The address with these assumed; null ends it. */
export function withAssumed(
  search: Pick<URLSearchParams, 'toString'>,
  ids: readonly string[] | null,
): string {
  const next = new URLSearchParams(search.toString())
  next.delete('whatif')
  if (ids !== null) next.delete('view')
  const rest = next.toString()
  if (ids === null) return rest
  return `${rest}${rest && '&'}whatif=${ids.join(',')}`
}

/** A link and its parts stand for one another: only one of them is assumed at a time. */
export const partsOf = (link: Link): string[] => [
  link.id,
  ...link.circuits.map(({ id }) => id),
  link.lowerSite.id,
]

/** Picked again it is given up. */
export function toggled(ids: readonly string[], link: Link): string[] {
  const parts = new Set(partsOf(link))
  const others = ids.filter((id) => !parts.has(id))
  return others.length < ids.length ? others : [...others, link.id]
}

/** What becomes of a link: cut off or down, a line of it too full, or without a backup. */
export type Fate = 'cut' | 'full' | 'bare'

export function fatesOf({ sites, lostLinks, bareLinks, takenOver }: ImpactAnswer) {
  const cut = new Set(sites.items.map(({ id }) => id))
  const lost = new Set(lostLinks.items.map(({ id }) => id))
  const bare = new Set(bareLinks.items.map(({ id }) => id))
  const full = new Set(takenOver.items.flatMap(({ isOverloaded, link }) => (isOverloaded ? [link.id] : [])))
  return (link: Pick<Link, 'id' | 'lowerSite'>): Fate | null => {
    if (lost.has(link.id) || cut.has(link.lowerSite.id)) return 'cut'
    if (full.has(link.id)) return 'full'
    return bare.has(link.id) ? 'bare' : null
  }
}
