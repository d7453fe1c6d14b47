export const tiers = ['province', 'city', 'county', 'township'] as const
export type Tier = (typeof tiers)[number]

/** An administrative division. `code` is GB/T 2260 (6 digits; townships 9, GB/T 10114). */
export interface Region {
  id: string
  code: string
  name: string
  tier: Tier
  /** Administrative parent; null for the province at the root. */
  parentId: string | null
  /** Who manages it: differs from the parent for a county managed by the province (省管县). */
  managingParentId: string | null
}

/**
 * `path` of a region: the ids from the root down, `/reg_a/reg_b/`, following the managing parent.
 * A subtree is then every path that starts with it.
 */
export function regionPath(parentPath: string | null, id: string): string {
  return `${parentPath ?? '/'}${id}/`
}
