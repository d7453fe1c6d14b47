import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { decode } from '@msgpack/msgpack'
import {
  columnsOf,
  lanes,
  WireError,
  type Batch,
  type Fact,
  type Heard,
  type Room,
  type SampleColumns,
} from '@zongheng/collector/contract.ts'
import { knownFacts } from './facts.ts'

/** A batch that is not what the contract says. The collector is told, and keeps it out of its way. */
export class MalformedBatch extends Error {}

const inflate = promisify(inflateRaw)
const bodyAtMost = 8 * 1024 * 1024
const inflatedAtMost = 64 * 1024 * 1024
const columnsAtMost = 1000
const rowsAtMost = 2_000_000
const decodeAtMost = { maxArrayLength: rowsAtMost, maxMapLength: 1000, maxExtLength: 0 }

/** Whether this looks like a batch at all. */
export function isBatch(value: unknown): value is Batch {
  if (typeof value !== 'object' || value === null) return false
  const { epoch, lane, seq, body } = value as Record<string, unknown>
  return (
    typeof epoch === 'string' &&
    epoch.length <= 64 &&
    lanes.some((known) => known === lane) &&
    Number.isSafeInteger(seq) &&
    (seq as number) > 0 &&
    body instanceof Uint8Array &&
    body.length <= bodyAtMost
  )
}

async function unpack(body: Uint8Array): Promise<unknown> {
  try {
    return decode(await inflate(body, { maxOutputLength: inflatedAtMost }), decodeAtMost)
  } catch (cause) {
    throw new MalformedBatch('a batch could not be unpacked', { cause })
  }
}

/** Of a collector of version 1. */
export async function decodeMessage(body: Uint8Array): Promise<SampleColumns[]> {
  const batch = await unpack(body)
  if (!Array.isArray(batch) || batch.length > columnsAtMost || !batch.every(isColumns)) {
    throw new MalformedBatch('a batch of samples is not made of columns')
  }
  return batch
}

/** The columns of groups that were heard, valid as long as their room is. */
export async function decodeHeard(heard: Heard, room: Room): Promise<SampleColumns[]> {
  try {
    return await columnsOf(heard, room)
  } catch (cause) {
    if (cause instanceof WireError)
      throw new MalformedBatch('a batch of samples is not what it should be', { cause })
    throw cause
  }
}

function isColumns(value: unknown): value is SampleColumns {
  if (typeof value !== 'object' || value === null) return false
  const { metric, ids, entities, atMs, startMs, values } = value as Record<string, unknown>
  if (typeof metric !== 'string' || !Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
    return false
  if (!isNumbers(values) || values.length > rowsAtMost) return false
  const rows = values.length
  const whole = (list: unknown) => isNumbers(list) && list.length === rows
  if (!whole(entities) || !whole(atMs) || (startMs !== undefined && !whole(startMs))) return false
  return (entities as number[]).every((index) => Number.isInteger(index) && index >= 0 && index < ids.length)
}

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite)

export async function decodeFacts(body: Uint8Array): Promise<Fact[]> {
  const facts = knownFacts(await unpack(body))
  if (!facts) throw new MalformedBatch('a batch of facts holds something else')
  return facts
}
