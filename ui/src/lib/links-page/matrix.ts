import { shortName } from '@zongheng/inventory/short-name.ts'
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
    row.cells.push({ link, name: cellName(region.name) })
    rows.set(upper.id, row)
  }
  const code = (id: string) => regions.get(id)?.code ?? ''
  for (const row of rows.values()) {
    distinguish(row.cells, regions)
    row.cells.sort((a, b) => code(a.link.region.id).localeCompare(code(b.link.region.id)))
    row.abnormal = [row.uplink, ...row.cells.map((c) => c.link)].filter(
      (l) => l && l.state !== 'normal',
    ).length
  }
  return [...rows.values()].sort((a, b) => a.region.code.localeCompare(b.region.code))
}

/** 井陉县 and 井陉矿区 share their short name: then both stand in full. */
function distinguish(cells: MatrixRow['cells'], regions: ReadonlyMap<string, Region>) {
  const taken = new Map<string, number>()
  for (const { name } of cells) taken.set(name, (taken.get(name) ?? 0) + 1)
  for (const cell of cells)
    if ((taken.get(cell.name) ?? 0) > 1) cell.name = regions.get(cell.link.region.id)?.name ?? cell.name
}

const [longest, headed] = [4, 3]

/** Fits its cell: of a long Chinese name the head (鹰手营). */
export function cellName(name: string): string {
  const short = shortName(name)
  return short.length > longest && /^\p{Script=Han}+$/u.test(short) ? short.slice(0, headed) : short
}
