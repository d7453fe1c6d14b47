/** Tickets chosen for one act together: by `x`, or a range by Shift. */
export class Selection {
  ids = $state.raw<ReadonlySet<string>>(new Set())
  #anchor: string | null = null

  has = (id: string) => this.ids.has(id)

  toggle(id: string) {
    const ids = new Set(this.ids)
    if (!ids.delete(id)) ids.add(id)
    this.#anchor = id
    this.ids = ids
  }

  /** From where the last was chosen to here, in the order shown. */
  extend(id: string, order: readonly string[]) {
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)]
    const span = order.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)
    this.ids = new Set([...this.ids, ...span])
  }

  clear() {
    this.ids = new Set()
    this.#anchor = null
  }

  /** What is no longer shown is no longer chosen. */
  keep(order: readonly string[]) {
    const left = order.filter((id) => this.ids.has(id))
    if (left.length < this.ids.size) this.ids = new Set(left)
  }
}
