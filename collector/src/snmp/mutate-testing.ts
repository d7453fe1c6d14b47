/** Spoils replies as networks, broken agents and attackers do; the same seed spoils them the same way. */

export type Random = (below: number) => number

/** xorshift32 [Marsaglia 2003]. `below` up to 2^31. */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** An element of a datagram: its tag is at `at`, its content from `start` to `end`. */
interface Element {
  at: number
  start: number
  end: number
  depth: number
}

const constructed = 0x20

/** Where what may be spoilt lies in a well-formed message; found once. */
export interface Anatomy {
  octets: Buffer
  elements: Element[]
  oids: Element[]
  /** The variable bindings: the sequences that stand deepest. */
  bindings: Element[]
}

export function anatomyOf(octets: Buffer): Anatomy {
  const elements = elementsOf(octets)
  const tagged = (tag: number) => elements.filter(({ at }) => octets[at] === tag)
  const depth = Math.max(...tagged(0x30).map((element) => element.depth))
  return {
    octets,
    elements,
    oids: tagged(0x06),
    bindings: tagged(0x30).filter((element) => element.depth === depth),
  }
}

/** All elements, outermost first. */
function elementsOf(octets: Buffer, at = 0, end = octets.length, depth = 0): Element[] {
  const found: Element[] = []
  while (at < end) {
    const first = octets[at + 1]!
    const size = first & 0x80 ? first & 0x7f : 0
    const start = at + 2 + size
    const stop = start + (size > 0 ? octets.readUIntBE(at + 2, size) : first)
    found.push({ at, start, end: stop, depth })
    if (octets[at]! & constructed) found.push(...elementsOf(octets, start, stop, depth + 1))
    at = stop
  }
  return found
}

type Spoil = (octets: Buffer, anatomy: Anatomy, random: Random) => Buffer
const telling = [
  0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x30, 0x41, 0x46, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa2, 0xa8, 0xff,
]
const pick = <T>(random: Random, all: readonly T[]): T => all[random(all.length)]!
const splice = (octets: Buffer, at: number, remove: number, insert: Uint8Array) =>
  Buffer.concat([octets.subarray(0, at), insert, octets.subarray(at + remove)])
const spoils: Record<string, Spoil> = {
  'bits flipped': (octets, _anatomy, random) => {
    for (let i = random(4); i >= 0; i--) octets[random(octets.length)]! ^= 1 << random(8)
    return octets
  },
  'octets that mean something elsewhere': (octets, _anatomy, random) => {
    for (let i = random(3); i >= 0; i--) octets[random(octets.length)] = pick(random, telling)
    return octets
  },
  truncated: (octets, _anatomy, random) => octets.subarray(0, random(octets.length)),
  'more behind it': (octets, _anatomy, random) =>
    splice(octets, octets.length, 0, Buffer.alloc(1 + random(random(64) === 0 ? 60_000 : 64), random(256))),
  'octets missing': (octets, _anatomy, random) => splice(octets, random(octets.length), 1 + random(20), none),
  'a part twice': (octets, _anatomy, random) => {
    const from = random(octets.length)
    return splice(octets, random(octets.length), 0, octets.subarray(from, from + 1 + random(40)))
  },
  'another tag': (octets, { elements }, random) => {
    octets[pick(random, elements).at] = random(2) ? random(256) : pick(random, telling)
    return octets
  },
  'another length': (octets, { elements }, random) => {
    const { at } = pick(random, elements)
    octets[at + 1] = random(2) ? octets[at + 1]! + 1 - 2 * random(2) : pick(random, telling)
    return octets
  },
  'another value': (octets, { elements }, random) => {
    const { start, end } = pick(random, elements)
    if (end - start < 10) for (let at = start; at < end; at++) octets[at] = random(256)
    return octets
  },
  'a huge value': (octets, { elements }, random) =>
    splice(octets, pick(random, elements).start, 0, Buffer.alloc(1 + random(12), pick(random, telling))),
  'objects in another order': (octets, { bindings }, random) => {
    const [a, b] = [pick(random, bindings), pick(random, bindings)]
    if (a.end - a.at !== b.end - b.at) return octets
    const first = Buffer.from(octets.subarray(a.at, a.end))
    octets.copyWithin(a.at, b.at, b.end)
    first.copy(octets, b.at)
    return octets
  },
  'an object in place of others': (octets, { bindings }, random) => {
    const [from, to] = [pick(random, bindings), pick(random, bindings)]
    octets.copyWithin(to.at, from.at, from.at + Math.min(from.end - from.at, to.end - to.at))
    return octets
  },
  'a row before or after': (octets, { oids }, random) => {
    if (oids.length > 0) octets[pick(random, oids).end - 1]! += 1 - 2 * random(2)
    return octets
  },
}
const none = new Uint8Array(0)
const ways = Object.values(spoils)

/** A spoilt copy; now and then spoilt twice. */
export function spoilt(anatomy: Anatomy, random: Random): Buffer {
  const { octets } = anatomy
  const once = pick(random, ways)(Buffer.from(octets), anatomy, random)
  return random(4) === 0 && once.length === octets.length ? pick(random, ways)(once, anatomy, random) : once
}
