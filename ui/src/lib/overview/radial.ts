import type { TierNode, TierTree } from './tree.ts'

/** Positions in pixels; angles in radians, 0 is north, clockwise. */
export interface Point {
  x: number
  y: number
}

export interface Leaf extends Point {
  node: TierNode
  angle: number
  /** The link's line from its upper site. */
  path: string
}

export interface Branch extends Point {
  node: TierNode
  angle: number
  label: string
  width: number
  /** The link's line from the middle. */
  path: string
  /** Where the line's load is written. */
  loadAt: Point
  /** The hairline that gathers the branch's leaves. */
  arc: string | null
  leaves: Leaf[]
}

export interface Radial {
  centre: Point
  radii: Radii
  branches: Branch[]
}

export interface Frame {
  width: number
  height: number
  /** Left free on each side for callouts. */
  margin: number
}

interface Radii {
  /** The middle's own disc. */
  middle: number
  /** Ring of the branches. */
  ring: number
  /** Ring of the leaves. */
  leaf: number
  arc: number
  /** Where the load bars start, and how long a full one is. */
  bar: number
  barLength: number
  outer: number
}

export const boxHeight = 22
const gapRadians = (3.4 * Math.PI) / 180
/** A branch without leaves takes as much room as this many. */
const bareWeight = 3

export const around = (centre: Point, radius: number, angle: number): Point => ({
  x: centre.x + radius * Math.sin(angle),
  y: centre.y - radius * Math.cos(angle),
})

const at = (p: Point) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`

function radiiFor(frame: Frame, deep: boolean): Radii {
  const outer = Math.max(80, Math.min(frame.height / 2 - 19, frame.width / 2 - frame.margin))
  const share = (part: number) => outer * part
  return {
    middle: Math.min(34, share(0.16)),
    ring: share(deep ? 0.478 : 0.66),
    leaf: share(0.852),
    arc: share(0.882),
    bar: share(deep ? 0.892 : 0.83),
    barLength: share(deep ? 0.108 : 0.17),
    outer,
  }
}

/** Width of a name's box: Chinese glyphs are as wide as the type is high. */
const boxWidth = (label: string) =>
  20 + [...label].reduce((sum, char) => sum + (char > '\u2e80' ? 12.5 : 7), 0)

/** Lays the tree out around the middle of the frame; `short` shortens names. */
export function radial(tree: TierTree, frame: Frame, short: (name: string) => string): Radial {
  const deep = tree.branches.some((branch) => branch.children.length > 0)
  const centre = { x: frame.width / 2, y: frame.height / 2 }
  const radii = radiiFor(frame, deep)
  const sectors = sectorsOf(tree.branches)
  const angles = spread(
    sectors.map((sector) => (sector.from + sector.until) / 2),
    tree.branches.map((branch) => boxWidth(short(branch.name))),
    radii.ring,
  )
  const branches = tree.branches.map((node, index): Branch => {
    const sector = sectors[index]!
    const angle = angles[index]!
    const here = around(centre, radii.ring, angle)
    const start = around(centre, radii.middle + 4.5, angle)
    return {
      node,
      angle,
      ...here,
      label: short(node.name),
      width: boxWidth(short(node.name)),
      path: `M${at(start)}L${at(here)}`,
      loadAt: around(centre, (radii.middle + radii.ring) * 0.47, angle),
      arc: node.children.length > 0 ? arcPath(centre, radii.arc, sector.from, sector.until) : null,
      leaves: leavesOf(node, sector, angle, centre, radii),
    }
  })
  return { centre, radii, branches }
}

interface Sector {
  from: number
  until: number
}

/** The circle divided by the number of leaves, a gap after each sector. */
function sectorsOf(branches: TierNode[]): Sector[] {
  const weights = branches.map((branch) => branch.children.length || bareWeight)
  const gap = Math.min(gapRadians, (2 * Math.PI * 0.12) / Math.max(1, branches.length))
  const step = (2 * Math.PI - branches.length * gap) / weights.reduce((sum, weight) => sum + weight, 0)
  let reached = gap / 2
  return weights.map((weight) => {
    const from = reached
    const until = from + weight * step
    reached = until + gap
    return { from, until }
  })
}

/** Angles moved apart, as little as needed, until no two neighbours' boxes overlap. */
export function spread(wanted: number[], widths: number[], radius: number): number[] {
  const angles = [...wanted]
  const origin = { x: 0, y: 0 }
  const nudge = Math.PI / 360
  const overlap = (a: number, b: number) => {
    const one = around(origin, radius, angles[a]!)
    const other = around(origin, radius, angles[b]!)
    const least = (widths[a]! + widths[b]!) / 2 + 5
    return Math.abs(one.x - other.x) < least && Math.abs(one.y - other.y) < boxHeight + 4
  }
  for (let round = 0; round < 120; round++) {
    let moved = false
    for (let a = 0; a < angles.length; a++) {
      const b = (a + 1) % angles.length
      if (a === b || !overlap(a, b)) continue
      angles[a]! -= nudge
      angles[b]! += nudge
      moved = true
    }
    if (!moved) break
  }
  return angles
}

function leavesOf(node: TierNode, sector: Sector, angle: number, centre: Point, radii: Radii): Leaf[] {
  const step = (sector.until - sector.from) / Math.max(1, node.children.length)
  const start = around(centre, radii.ring, angle)
  const reach = radii.leaf - radii.ring
  const bend = around(centre, radii.ring + reach * 0.513, angle)
  return node.children.map((child, index) => {
    const leafAngle = sector.from + (index + 0.5) * step
    const here = around(centre, radii.leaf, leafAngle)
    const turn = around(centre, radii.ring + reach * 0.43, leafAngle)
    return {
      node: child,
      angle: leafAngle,
      ...here,
      path: `M${at(start)}C${at(bend)} ${at(turn)} ${at(here)}`,
    }
  })
}

function arcPath(centre: Point, radius: number, from: number, until: number): string {
  const large = until - from > Math.PI ? 1 : 0
  const r = radius.toFixed(1)
  return `M${at(around(centre, radius, from))}A${r} ${r} 0 ${large} 1 ${at(around(centre, radius, until))}`
}

/** The load bar outside `angle`; `share` of the rented bandwidth, 1 is full. */
export function barPath(map: Radial, angle: number, share: number): string {
  const { bar, barLength } = map.radii
  const length = Math.max(0.8, Math.min(1.15, share) * barLength)
  return `M${at(around(map.centre, bar, angle))}L${at(around(map.centre, bar + length, angle))}`
}

/** How near a point has to be to a leaf's ring to mean the leaf. */
const reachPx = 9

/** The leaf meant by a point on the ring of leaves or on the bars outside it; null elsewhere. */
export function leafAt(map: Radial, point: Point): Leaf | null {
  const x = point.x - map.centre.x
  const y = point.y - map.centre.y
  const distance = Math.hypot(x, y)
  if (distance < map.radii.leaf - reachPx || distance > map.radii.outer + reachPx) return null
  const angle = (Math.atan2(x, -y) + 2 * Math.PI) % (2 * Math.PI)
  let nearest: Leaf | null = null
  for (const { leaves } of map.branches) {
    for (const leaf of leaves) {
      if (!nearest || Math.abs(leaf.angle - angle) < Math.abs(nearest.angle - angle)) nearest = leaf
    }
  }
  const off = nearest ? Math.abs(nearest.angle - angle) * map.radii.leaf : Infinity
  return off <= reachPx ? nearest : null
}
