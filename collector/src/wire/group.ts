import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import { limits } from './limits.ts'

/** Below, deflating gains nothing. */
const smallBytes = 128
const plain = 0
const deflated = 1

/**
 * Entities that are told of together, as octets: how many, a tag, and their ids front-coded (of each how much it shares with the
 * one before, and the rest), deflated when there are many. Equal ids give equal octets.
 */
export function packGroup(ids: readonly string[]): Uint8Array {
  const writer = new ByteWriter(ids.length * 12 + 16)
  let before = ''
  for (const id of ids) {
    const shared = sharedPrefix(before, id)
    writer.varint(shared)
    writer.text(id.slice(shared))
    before = id
  }
  const octets = writer.view()
  const isSmall = octets.length < smallBytes
  const head = new ByteWriter(16)
  head.varint(ids.length)
  head.byte(isSmall ? plain : deflated)
  // kept as long as the rows are: a copy, since what Buffer gives holds a whole slab
  return new Uint8Array(Buffer.concat([head.view(), isSmall ? octets : deflateRawSync(octets)]))
}

/** How many ids it has, or says so. */
export const groupSize = (octets: Uint8Array): number =>
  new ByteReader(octets).count(limits.idsOfGroup, 'ids')

export function unpackGroup(octets: Uint8Array): string[] {
  const head = new ByteReader(octets)
  const ids = new Array<string>(head.count(limits.idsOfGroup, 'ids'))
  const reader = new ByteReader(opened(head.byte(), octets.subarray(head.offset)))
  let before = ''
  for (let i = 0; i < ids.length; i++) {
    const shared = reader.varint()
    if (shared > before.length) throw new WireError('an id shares more than there is')
    before = before.slice(0, shared) + reader.text(limits.name)
    if (before.length > limits.name) throw new WireError('an id is too long')
    ids[i] = before
  }
  return ids
}

function opened(tag: number, octets: Uint8Array): Uint8Array {
  if (tag === plain) return octets
  if (tag !== deflated) throw new WireError('a group is neither plain nor deflated')
  try {
    return inflateRawSync(octets, { maxOutputLength: limits.groupBytes })
  } catch (cause) {
    throw new WireError('a group could not be inflated', { cause })
  }
}

function sharedPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let shared = 0
  while (shared < most && a.charCodeAt(shared) === b.charCodeAt(shared)) shared++
  return shared
}
