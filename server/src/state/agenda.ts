const slotMs = 1000

/**
 * What of a kind must be looked at again: what something new was said of, what does not rest, and what only time changes, once
 * that time has come. All else is as it was.
 */
export class Agenda<T extends { id: string }> {
  readonly #items = new Map<string, { item: T; place: number }>()
  readonly #marked = new Set<string>()
  readonly #restless = new Set<string>()
  readonly #dueMs = new Map<string, number>()
  /** Ids by the second they are due in; an id counts where its own instant says so. */
  readonly #slots = new Map<number, string[]>()
  #isWhole = true
  #atMs = 0

  /** In the order in which they are to be looked at. */
  rebuild(items: Iterable<T>): void {
    this.#items.clear()
    for (const item of items) this.#items.set(item.id, { item, place: this.#items.size })
    for (const ids of [this.#marked, this.#restless])
      for (const id of ids) if (!this.#items.has(id)) ids.delete(id)
    for (const id of this.#dueMs.keys()) if (!this.#items.has(id)) this.#dueMs.delete(id)
    this.markAll()
  }

  get all(): T[] {
    return Array.from(this.#items.values(), ({ item }) => item)
  }

  mark(id: string): void {
    this.#marked.add(id)
  }

  markAll(): void {
    this.#isWhole = true
  }

  /** What to look at now, in order. Where time went back, that is everything. O(what it answers × log of it). */
  take(nowMs: number): T[] {
    const isBack = nowMs < this.#atMs
    const isWhole = this.#isWhole || isBack || nowMs - this.#atMs > 3_600_000
    if (isBack) this.#forgetDue() // what fell due already will do so again
    this.#fall(nowMs)
    this.#atMs = nowMs
    const ids = isWhole ? this.#items.keys() : new Set([...this.#marked, ...this.#restless])
    this.#marked.clear()
    this.#isWhole = false
    const found = [...ids].flatMap((id) => this.#items.get(id) ?? [])
    return (isWhole ? found : found.sort((a, b) => a.place - b.place)).map(({ item }) => item)
  }

  /** How it stands after it was looked at. `dueMs`: when it is to be looked at though nothing is said of it. */
  rest(id: string, isRestless: boolean, dueMs: number | null): void {
    if (isRestless) this.#restless.add(id)
    else this.#restless.delete(id)
    if (dueMs === null) this.#dueMs.delete(id)
    else if (this.#dueMs.get(id) !== dueMs) {
      this.#dueMs.set(id, dueMs)
      this.#put(id, dueMs)
    }
  }

  #forgetDue(): void {
    this.#dueMs.clear()
    this.#slots.clear()
  }

  #put(id: string, dueMs: number): void {
    const slot = Math.floor(dueMs / slotMs)
    const ids = this.#slots.get(slot)
    if (ids) ids.push(id)
    else this.#slots.set(slot, [id])
  }

  #fall(nowMs: number): void {
    const current = Math.floor(nowMs / slotMs)
    for (const slot of [...this.#slots.keys()].filter((one) => one <= current)) {
      const ids = this.#slots.get(slot)!
      this.#slots.delete(slot)
      for (const id of ids) {
        const dueMs = this.#dueMs.get(id)
        if (dueMs === undefined || Math.floor(dueMs / slotMs) !== slot) continue
        if (dueMs <= nowMs) this.#marked.add(id)
        else this.#put(id, dueMs)
      }
    }
  }
}
