/** The part of a long list that is drawn: rows `first` to `last` (not included), and the empty space around them. */
export interface Window {
  first: number
  last: number
  beforePx: number
  afterPx: number
}

export function visibleRows(
  count: number,
  rowPx: number,
  scrollPx: number,
  heightPx: number,
  spare = 12,
): Window {
  const first = Math.max(0, Math.min(count, Math.floor(scrollPx / rowPx)) - spare)
  const last = Math.min(count, Math.ceil((scrollPx + heightPx) / rowPx) + spare)
  return { first, last, beforePx: first * rowPx, afterPx: (count - last) * rowPx }
}

/** Where to scroll so that row `index` is in sight below a head of `headPx`; null when it is already. */
export function scrollTo(
  index: number,
  rowPx: number,
  scrollPx: number,
  heightPx: number,
  headPx: number,
): number | null {
  const [top, bottom] = [index * rowPx, (index + 1) * rowPx]
  if (top < scrollPx) return top
  if (bottom > scrollPx + heightPx - headPx) return bottom - heightPx + headPx
  return null
}
