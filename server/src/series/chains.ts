const chunkOctets = 64
/** A position is 32 bits: which slab, and where in it. */
const slabBits = 20
const slabOctets = 1 << slabBits
const inSlab = slabOctets - 1
const slabChunks = slabOctets / chunkOctets
const none = 0xffff_ffff

/**
 * Many growing strings of octets in one pool of small chunks: no object a string, and nothing moves when one grows.
 * Chains are numbered from 0.
 */
export class Chains {
  #slabs: Uint8Array[] = []
  /** The chunk after, or the next free one. */
  #next = new Uint32Array(0)
  #free = none
  #first = new Uint32Array(0)
  /** Where the next octet goes; at the end of its chunk when that is full. */
  #tail = new Uint32Array(0)
  #lengths = new Uint32Array(0)

  /** Makes room for chains up to this many. */
  grow(count: number): void {
    this.#first = extended(this.#first, count)
    this.#tail = extended(this.#tail, count)
    this.#lengths = extended(this.#lengths, count)
  }

  /** Octets that the pool takes in memory. */
  get octets(): number {
    return this.#slabs.length * slabOctets
  }

  length(chain: number): number {
    return this.#lengths[chain]!
  }

  /** An unsigned integer of up to 53 bits as LEB128. */
  varint(chain: number, value: number): void {
    let tail = this.#tail[chain]!
    let length = this.#lengths[chain]!
    let rest = value
    for (;;) {
      if (length % chunkOctets === 0) tail = this.#append(chain, tail, length)
      const more = rest >= 128
      this.#slabs[tail >>> slabBits]![tail & inSlab] = more ? (rest % 128) + 128 : rest
      tail++
      length++
      if (!more) break
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 128)
    }
    this.#tail[chain] = tail
    this.#lengths[chain] = length
  }

  octet(chain: number, value: number): void {
    let tail = this.#tail[chain]!
    const length = this.#lengths[chain]!++
    if (length % chunkOctets === 0) tail = this.#append(chain, tail, length)
    this.#slabs[tail >>> slabBits]![tail & inSlab] = value
    this.#tail[chain] = tail + 1
  }

  /** Writes a chain to the start of `into`, which is long enough; its length. */
  copy(chain: number, into: Uint8Array): number {
    const length = this.#lengths[chain]!
    for (let chunk = this.#first[chain]!, done = 0; done < length; done += chunkOctets) {
      const slab = this.#slabs[Math.floor(chunk / slabChunks)]!
      const from = (chunk % slabChunks) * chunkOctets
      const octets = Math.min(chunkOctets, length - done)
      for (let i = 0; i < octets; i++) into[done + i] = slab[from + i]!
      chunk = this.#next[chunk]!
    }
    return length
  }

  /** Empties a chain. */
  clear(chain: number): void {
    const length = this.#lengths[chain]!
    if (length === 0) return
    const last = Math.floor((this.#tail[chain]! - 1) / chunkOctets)
    this.#next[last] = this.#free
    this.#free = this.#first[chain]!
    this.#lengths[chain] = 0
  }

  /** A new chunk at a chain's end; its first position. */
  #append(chain: number, tail: number, length: number): number {
    if (this.#free === none) this.#addSlab()
    const chunk = this.#free
    this.#free = this.#next[chunk]!
    if (length === 0) this.#first[chain] = chunk
    else this.#next[Math.floor((tail - 1) / chunkOctets)] = chunk
    return chunk * chunkOctets
  }

  #addSlab(): void {
    const first = this.#slabs.length * slabChunks
    this.#slabs.push(new Uint8Array(slabOctets))
    this.#next = extended(this.#next, first + slabChunks)
    for (let chunk = first; chunk < first + slabChunks; chunk++) this.#next[chunk] = chunk + 1
    this.#next[first + slabChunks - 1] = none
    this.#free = first
  }
}

/** The same numbers with room for `count`. */
export function extended<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  column: T,
  count: number,
): T {
  if (count <= column.length) return column
  const longer = new (column.constructor as new (length: number) => T)(count)
  longer.set(column)
  return longer
}
