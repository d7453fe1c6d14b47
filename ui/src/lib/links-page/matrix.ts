import type { Link, Region } from '@zongheng/server/api.ts'

/** A row of the matrix: a managing region, the link that joins it upwards, and the links of the regions below it. */
export interface MatrixRow {
  region: Region
  /** Null where the links above it are out of sight. */
  uplink: Link | null
  cells: { link: Link; name: string }[]
  /** Links of the row, its own included, that are not normal. */
  abnormal: number
}

/** Rows and cells in the order of the division codes. Only rows with links below them. */
export function matrixOf(links: readonly Link[], regions: ReadonlyMap<string, Region>): MatrixRow[] {
  const rows = new Map<string, MatrixRow>()
  const uplinks = new Map(links.map((link) => [link.region.id, link]))
  for (const link of links) {
    const region = regions.get(link.region.id)
    const upper = regions.get(region?.managingParentId ?? region?.parentId ?? '')
    if (!region || !upper || upper.tier === 'province') continue
    const row = rows.get(upper.id) ?? {
      region: upper,
      uplink: uplinks.get(upper.id) ?? null,
      cells: [],
      abnormal: 0,
    }
    row.cells.push({ link, name: shortName(region.name) })
    rows.set(upper.id, row)
  }
  const code = (id: string) => regions.get(id)?.code ?? ''
  for (const row of rows.values()) {
    row.cells.sort((a, b) => code(a.link.region.id).localeCompare(code(b.link.region.id)))
    row.abnormal = [row.uplink, ...row.cells.map((c) => c.link)].filter(
      (l) => l && l.state !== 'normal',
    ).length
  }
  return [...rows.values()].sort((a, b) => a.region.code.localeCompare(b.region.code))
}

const peoples = /(?:满族|回族|蒙古族|壮族|苗族|侗族|瑶族|土家族|彝族|藏族|羌族|白族|傣族|各族)+/
const kinds = /(?:自治县|自治旗|林区|矿区|特区|开发区|新区|地区|盟|省|市|县|区|旗)$/

/** 赞皇县 → 赞皇, 青龙满族自治县 → 青龙; a name of two characters stays whole (赵县). */
export function shortName(name: string): string {
  const bare = name.replace(peoples, '').replace(kinds, '')
  return bare.length >= 2 ? bare : name
}
