import { joinBody, shiftRest, splitBody } from './body.ts'
import { WireError } from './bytes.ts'
import { groupSize, unpackGroup } from './group.ts'
import { limits } from './limits.ts'

/**
 * The sender's side of a connection: a group is told once, then named by its number. Both sides count alike, so bodies must be heard
 * in the order they were told.
 */
export class Teller {
  #numbers = new Map<string, number>()
  #ids = 0

  /** `shiftMs`: what all its instants are put right by. */
  tell(body: Uint8Array, shiftMs = 0): Uint8Array {
    const { groups, rest } = splitBody(body)
    const startsAnew = this.#ids > limits.idsOfConnection / 2
    if (startsAnew) {
      this.#numbers = new Map()
      this.#ids = 0
    }
    return joinBody({
      startsAnew,
      groups: groups.map((group) => this.#number(group)),
      rest: shiftMs ? shiftRest(rest, shiftMs) : rest,
    })
  }

  #number(group: Uint8Array | number): Uint8Array | number {
    if (typeof group === 'number') throw new WireError('a body on disk names a number')
    const key = Buffer.from(group.buffer, group.byteOffset, group.length).toString('latin1')
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#numbers.size)
    this.#ids += groupSize(group)
    return group
  }
}

/** The groups of a body, found; what is left is to unpack its columns. */
export interface Heard {
  /** All ids of the connection. */
  ids: readonly string[]
  /** Of each group of the body: where it begins in `ids`, and how many it has. */
  bases: Uint32Array
  sizes: Uint32Array
  rest: Uint8Array
}

/** The receiver's side: every id that was told, once. Throws WireError; then the connection's numbers mean nothing any more. */
export class Listener {
  #ids: string[] = []
  #bases: number[] = []
  #sizes: number[] = []

  hear(body: Uint8Array): Heard {
    const { startsAnew, groups, rest } = splitBody(body)
    if (startsAnew) [this.#ids, this.#bases, this.#sizes] = [[], [], []]
    const bases = new Uint32Array(groups.length)
    const sizes = new Uint32Array(groups.length)
    for (const [i, group] of groups.entries()) {
      const number = typeof group === 'number' ? group : this.#learn(group)
      const base = this.#bases[number]
      if (base === undefined) throw new WireError('a group that nobody told')
      bases[i] = base
      sizes[i] = this.#sizes[number]!
    }
    return { ids: this.#ids, bases, sizes, rest }
  }

  #learn(group: Uint8Array): number {
    const ids = unpackGroup(group)
    if (this.#ids.length + ids.length > limits.idsOfConnection) throw new WireError('too many ids')
    this.#sizes.push(ids.length)
    const number = this.#bases.push(this.#ids.length) - 1
    for (const id of ids) this.#ids.push(id)
    return number
  }
}
