import type { Point, Radial } from './radial.ts'

/** One thing worth telling in the margin, pinned to a place on the map. */
export interface Pin<T> {
  item: T
  /** Worst is lowest: what does not fit is left out from the other end. */
  rank: number
  anchor: Point
  angle: number
}

export interface Callout<T> {
  item: T
  side: 'left' | 'right'
  /** Middle of its two lines of text. */
  y: number
  /** From the mark to the map: leader and the stub on the map itself. */
  leader: string
}

export interface Margins {
  top: number
  bottom: number
  /** Left free at the head of the left side, for the way back. */
  crumbs: number
  /** Left free at the foot of the right side, for the legend. */
  legend: number
  /** Height of a callout with the space after it. */
  pitch: number
  /** Distance of the marks' outer edges from the frame's. */
  inset: number
}

/** `wanted` heights, in order, moved as little as a top-down and a bottom-up pass can so that none is nearer than `pitch`. */
export function pack(wanted: number[], top: number, bottom: number, pitch: number): number[] {
  const placed: number[] = []
  for (const y of wanted) placed.push(Math.max(y, (placed.at(-1) ?? top - pitch) + pitch))
  let limit = bottom
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i]!, limit)
    limit = placed[i]! - pitch
  }
  return placed
}

/** Callouts beside the map, none over another; `left over` are those for which there was no room. */
export function callouts<T>(
  pins: Pin<T>[],
  map: Radial,
  width: number,
  margins: Margins,
): { shown: Callout<T>[]; leftOver: T[] } {
  const shown: Callout<T>[] = []
  const leftOver: T[] = []
  for (const side of ['left', 'right'] as const) {
    const top = margins.top + (side === 'left' ? margins.crumbs : 0)
    const bottom = margins.bottom - (side === 'right' ? margins.legend : 0)
    const room = Math.max(0, Math.floor((bottom - top) / margins.pitch) + 1)
    const own = pins.filter((pin) => (side === 'left') === pin.anchor.x < map.centre.x)
    const byRank = [...own].sort((a, b) => a.rank - b.rank)
    leftOver.push(...byRank.slice(room).map((pin) => pin.item))
    const kept = byRank.slice(0, room).sort((a, b) => elbow(map, a.angle).y - elbow(map, b.angle).y)
    const heights = pack(
      kept.map((pin) => elbow(map, pin.angle).y),
      top,
      bottom,
      margins.pitch,
    )
    kept.forEach((pin, index) => {
      const y = heights[index]!
      shown.push({ item: pin.item, side, y, leader: leaderPath(pin, map, side, y, width, margins.inset) })
    })
  }
  return { shown, leftOver }
}

const elbow = (map: Radial, angle: number): Point => ({
  x: map.centre.x + (map.radii.outer + 8) * Math.sin(angle),
  y: map.centre.y - (map.radii.outer + 8) * Math.cos(angle),
})

function leaderPath<T>(
  pin: Pin<T>,
  map: Radial,
  side: 'left' | 'right',
  y: number,
  width: number,
  inset: number,
): string {
  const turn = elbow(map, pin.angle)
  const end = side === 'left' ? inset + 18 : width - inset - 18
  const before = side === 'left' ? end + 14 : end - 14
  const corner = side === 'left' ? Math.max(turn.x, before) : Math.min(turn.x, before)
  const point = (x: number, h: number) => `${x.toFixed(1)} ${h.toFixed(1)}`
  return `M${point(pin.anchor.x, pin.anchor.y)}L${point(corner, turn.y)}L${point(before, y)}H${end.toFixed(1)}`
}
