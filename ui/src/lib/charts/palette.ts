import type { Ink } from './picture.ts'

/** Canvas knows no custom properties: colours are read from the tokens once a theme. */
const inks = new Map<string, string>()
const repaints = new Set<() => void>()

function token(name: string): string {
  let value = inks.get(name)
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
    inks.set(name, value)
  }
  return value
}

export const colour = (ink: Ink): string => token(ink)
export const fontOf = (px: number): string => `${px}px ${token('font-sans')}`

let hatched: { ratio: number; tile: HTMLCanvasElement } | null = null

/** Diagonal lines: nothing is known here. */
export function hatch(context: CanvasRenderingContext2D, ratio: number): CanvasPattern {
  if (hatched?.ratio !== ratio) hatched = { ratio, tile: hatchTile(ratio) }
  return context.createPattern(hatched.tile, 'repeat')!
}

function hatchTile(ratio: number): HTMLCanvasElement {
  const size = Math.round(6 * ratio)
  const tile = document.createElement('canvas')
  tile.width = tile.height = size
  const stroke = tile.getContext('2d')!
  stroke.strokeStyle = colour('ink-faint')
  stroke.lineWidth = 0.8 * ratio
  stroke.beginPath()
  for (const shift of [-size, 0, size]) {
    stroke.moveTo(shift, size)
    stroke.lineTo(shift + size, 0)
  }
  stroke.stroke()
  return tile
}

let observer: MutationObserver | null = null

/** Calls `repaint` after the theme has changed, until the returned function is called. */
export function onTheme(repaint: () => void): () => void {
  observer ??= new MutationObserver(() => {
    inks.clear()
    hatched = null
    repaints.forEach((one) => one())
  })
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  repaints.add(repaint)
  return () => repaints.delete(repaint)
}
