import type { Region } from '@zongheng/server/api.ts'

export interface RegionRow {
  region: Region
  /** 0 for those whose manager is out of sight. */
  depth: number
}

/** Who manages a region: its administrative parent, unless another was named. */
export const managerOf = (region: Region): string | null => region.managingParentId ?? region.parentId

/** Regions as a list that cannot be a tree: each right after the one that manages it, siblings by code. */
export function regionRows(regions: readonly Region[]): RegionRow[] {
  const known = new Set(regions.map(({ id }) => id))
  const below = new Map<string | null, Region[]>()
  for (const region of [...regions].sort((a, b) => a.code.localeCompare(b.code))) {
    const manager = managerOf(region)
    const above = manager !== null && known.has(manager) ? manager : null
    below.set(above, [...(below.get(above) ?? []), region])
  }
  const rows = (above: string | null, depth: number): RegionRow[] =>
    (below.get(above) ?? []).flatMap((region) => [{ region, depth }, ...rows(region.id, depth + 1)])
  return rows(null, 0)
}
