import type { Hit } from '../search/service.ts'
import type { ArticleRow } from './store.ts'

/** What is known of the trouble besides its words. */
export interface Trouble {
  /** Who made the device it is about, in small letters: families of articles begin so. */
  vendor: string | null
  category: string | null
}

/** Best first: an article about another make helps less, one about this make more. */
export function fitting(
  hits: readonly Hit[],
  rows: ReadonlyMap<string, ArticleRow>,
  { vendor, category }: Trouble,
): Hit[] {
  // prettier-ignore
  const worth = (hit: Hit) => {
    const row = rows.get(hit.id)
    if (!row) return 0
    const families = JSON.parse(row.families) as string[]
    const isOfMake = vendor !== null && families.some((family) => family.startsWith(vendor))
    const isOfAnother = vendor !== null && families.length > 0 && !isOfMake
    return hit.score + (isOfMake ? 2 : 0) - (isOfAnother ? 2 : 0) + (row.category === category ? 1.5 : 0)
  }
  return hits.toSorted((a, b) => worth(b) - worth(a))
}
