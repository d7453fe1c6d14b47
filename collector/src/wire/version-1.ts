/** Bodies of contract version 1, and of facts to this day: MessagePack, deflated. */
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { decode, encode } from '@msgpack/msgpack'
import type { Fact, SampleColumns } from '../contract.ts'
import { columnsOf } from './columns.ts'
import { SamplesWriter } from './samples-writer.ts'
import { Listener, Teller } from './telling.ts'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

const kindsOfVersion1: ReadonlySet<Fact['kind']> = new Set(['device', 'job', 'gap'])

export async function packMessage(content: SampleColumns[] | Fact[]): Promise<Buffer> {
  return await deflate(encode(content), { level: 3 })
}

export async function unpackMessage<T extends SampleColumns[] | Fact[]>(body: Uint8Array): Promise<T> {
  return decode(await inflate(body)) as T
}

/** For a server of version 1. */
export async function toVersion1(body: Uint8Array, shiftMs = 0): Promise<Buffer> {
  const shifted = shiftMs ? new Teller().tell(body, shiftMs) : body
  return await packMessage((await columnsOf(new Listener().hear(shifted))).map(plain))
}

/** Facts that a server of version 1 knows: it takes none of a batch in which there is another. */
export async function factsToVersion1(body: Uint8Array): Promise<Buffer> {
  const facts = await unpackMessage<Fact[]>(body)
  const known = facts.filter(({ kind }) => kindsOfVersion1.has(kind))
  return await packMessage(
    known.map((fact): Fact => {
      const isNews = fact.kind === 'gap' && fact.reason === 'queue-damaged'
      return isNews ? { ...fact, reason: 'spool-full' } : fact
    }),
  )
}

/** What a collector of version 1 left in its spool. */
export async function fromVersion1(body: Uint8Array): Promise<Uint8Array> {
  return await packColumns(await unpackMessage<SampleColumns[]>(body))
}

/** A body that stands for itself, sample by sample. */
export async function packColumns(batch: SampleColumns[]): Promise<Uint8Array> {
  const writer = new SamplesWriter()
  const value = new Float64Array(1)
  for (const { metric, ids, entities, atMs, startMs, values } of batch) {
    const rows = ids.map((id) => ({ ids: [id] }))
    for (let i = 0; i < values.length; i++) {
      value[0] = values[i]!
      writer.add(metric, rows[entities[i]!]!, startMs?.[i] ?? NaN, atMs[i]!, value)
    }
  }
  return await writer.pack()
}

/** Only the ids that are used, and arrays that MessagePack has. */
function plain({ metric, ids, entities, atMs, startMs, values }: SampleColumns): SampleColumns {
  const index = new Map<number, number>()
  const own: string[] = []
  const numbered = Array.from(entities, (entity) => {
    let number = index.get(entity)
    if (number === undefined) index.set(entity, (number = own.push(ids[entity]!) - 1))
    return number
  })
  return {
    metric,
    ids: own,
    entities: numbered,
    atMs: [...atMs],
    ...(startMs ? { startMs: [...startMs] } : {}),
    values: [...values],
  }
}
