/** Which rows of a long list are on screen, for a table that draws only those. */
export class RowWindow {
  #count: () => number
  readonly rowHeight: number
  top = $state(0)
  height = $state(800)
  #overscan = 8
  first = $derived.by(() => Math.max(0, Math.floor(this.top / this.rowHeight) - this.#overscan))
  last = $derived.by(() =>
    Math.min(this.#count(), Math.ceil((this.top + this.height) / this.rowHeight) + this.#overscan),
  )
  before = $derived.by(() => this.first * this.rowHeight)
  after = $derived.by(() => Math.max(0, (this.#count() - this.last) * this.rowHeight))

  constructor(count: () => number, rowHeight: number) {
    this.#count = count
    this.rowHeight = rowHeight
  }

  /** Where to scroll so that row `index` is in sight under a head of `headHeight`. */
  reveal(index: number, headHeight: number): number {
    const start = index * this.rowHeight
    if (start < this.top) return start
    const end = start + this.rowHeight + headHeight
    return end > this.top + this.height ? end - this.height : this.top
  }
}
