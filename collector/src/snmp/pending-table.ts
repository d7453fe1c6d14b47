import { attemptBits, type Pending } from './pending.ts'

const leastSlots = 64
const idShift = 32 - Math.clz32(attemptBits)

/**
 * What was sent and has no answer, by request-id without its attempt: open addressing, the ids being random. A Map of what comes and
 * goes thousands of times a second is made anew again and again, and each one left behind keeps alive what it held.
 */
export class PendingTable {
  #slots: (Pending | null)[] = new Array<null>(leastSlots).fill(null)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(id: number): boolean {
    return this.#slots[this.#slotOf(id)] !== null
  }

  get(id: number): Pending | null {
    return this.#slots[this.#slotOf(id)]!
  }

  /** By its id, which no other has. */
  add(pending: Pending): void {
    if (2 * ++this.#size > this.#slots.length) this.#grow()
    this.#slots[this.#slotOf(pending.id)] = pending
  }

  delete(id: number): void {
    const slots = this.#slots
    let free = this.#slotOf(id)
    if (slots[free] === null) return
    this.#size--
    for (let at = this.#next(free); slots[at] !== null; at = this.#next(at)) {
      if (!this.#mayMove(slots[at]!.id, at, free)) continue
      slots[free] = slots[at]!
      free = at
    }
    slots[free] = null
  }

  /** Those for which it holds, as they are now. */
  filter(holds: (pending: Pending) => boolean): Pending[] {
    return this.#slots.filter((pending) => pending !== null && holds(pending)) as Pending[]
  }

  /** Where it is, or would be. */
  #slotOf(id: number): number {
    let at = this.#home(id)
    while (this.#slots[at] !== null && this.#slots[at]!.id !== id) at = this.#next(at)
    return at
  }

  #home(id: number): number {
    return (id >>> idShift) & (this.#slots.length - 1)
  }

  #next(at: number): number {
    return (at + 1) & (this.#slots.length - 1)
  }

  /** Whether what is at `at` is still found when it lies at `free`, before it. */
  #mayMove(id: number, at: number, free: number): boolean {
    const mask = this.#slots.length - 1
    return ((at - this.#home(id)) & mask) >= ((at - free) & mask)
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Array<null>(before.length * 2).fill(null)
    for (const pending of before) if (pending) this.#slots[this.#slotOf(pending.id)] = pending
  }
}
