/** What a sample costs on the wire and the processor, in our body and in MessagePack, deflated, as version 1 sent it. */
import { decode, encode } from '@msgpack/msgpack'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import parser from 'socket.io-msgpack-parser'
import type { SampleColumns } from '../../collector/src/contract.ts'
import { columnsOf } from '../../collector/src/wire/columns.ts'
import { SamplesWriter } from '../../collector/src/wire/samples-writer.ts'
import { Listener, Teller } from '../../collector/src/wire/telling.ts'
import { Leg, seeded, Switch } from './traffic.ts'

export interface Mix {
  name: string
  switches: number
  ports: number
  legs: number
}

export const mixes: readonly Mix[] = [
  { name: 'county', switches: 20, ports: 24, legs: 4 },
  { name: '48-port switches', switches: 200, ports: 48, legs: 20 },
]

export interface WireRow {
  tool: string
  /** What was measured: the name of the mix. */
  of: string
  samples: number
  /** As it leaves: WebSocket frame, message and body, ids included. */
  bytesPerSample: number
  /** As it lies in the spool, ids and all. */
  diskBytesPerSample: number
  /** To pack and to tell; `decode…` to hear and unpack. */
  cpuSecondsPerMillion: number
  decodeCpuSecondsPerMillion: number
  /** Processor time to pack, to ours. */
  ratio: number
}

const periodS = 60
const batchS = 2
/** A frame's header, masked [RFC 6455 §5.2]. */
const frameBytes = (length: number) => (length < 126 ? 6 : length < 65_536 ? 8 : 14)

/** Batches of two seconds over some periods; processor time from the second period on, when nothing is new. */
export async function measureWire(mix: Mix, periods: number): Promise<WireRow[]> {
  const random = seeded(7)
  const startMs = Math.floor(Date.now() / 1000) * 1000
  const switches = Array.from(
    { length: mix.switches },
    () => new Switch(mix.ports, startMs - periodS * 1000, random),
  )
  const legs = Array.from({ length: mix.legs }, () => new Leg(random))
  const [ours, theirs] = [new Tally(`zongheng wire ${mix.name}`, mix), new Tally('messagepack+deflate', mix)]
  const [teller, listener] = [new Teller(), new Listener()]
  const slots = periodS / batchS
  for (let batch = 0; batch < slots * periods; batch++) {
    const [slot, atMs] = [batch % slots, startMs + batch * batchS * 1000]
    const isSteady = batch >= slots
    const feed = (writer: SamplesWriter) => {
      let samples = 0
      for (let i = slot; i < switches.length; i += slots)
        samples += switches[i]!.poll(writer, atMs + Math.floor((i / switches.length) * 2000))
      for (let i = slot % 5; i < legs.length; i += 5) samples += legs[i]!.probe(writer, atMs + (i % 2000))
      return samples
    }
    // what it costs to write is told apart from what it costs to make up
    const replay = recorded(feed)
    const { samples } = replay
    if (samples === 0) continue
    const writer = new SamplesWriter()
    const body = await ours.encode(isSteady, async () => {
      replay.into(writer)
      return await writer.pack()
    })
    const told = await ours.encode(isSteady, () => teller.tell(body))
    ours.sent(isSteady, samples, body.length, messageBytes(told, batch))
    const columns = await ours.decode(isSteady, async () => await columnsOf(listener.hear(told)))
    const plain = columns.map(inVersion1)
    const packed = await theirs.encode(isSteady, () => deflateRawSync(encode(plain), { level: 3 }))
    theirs.sent(isSteady, samples, packed.length, messageBytes(packed, batch))
    await theirs.decode(isSteady, () => decode(inflateRawSync(packed)))
  }
  return [ours.row(ours), theirs.row(ours)]
}

type Row = Parameters<SamplesWriter['add']>

function recorded(feed: (writer: SamplesWriter) => number): {
  samples: number
  into: (writer: SamplesWriter) => void
} {
  const rows: Row[] = []
  const add = (...[metric, ids, startMs, atMs, values]: Row) =>
    rows.push([metric, ids, startMs, atMs, values.slice()])
  const samples = feed({ add } as unknown as SamplesWriter)
  return { samples, into: (writer) => rows.forEach((row) => writer.add(...row)) }
}

function messageBytes(body: Uint8Array, seq: number): number {
  const batch = {
    epoch: '6f1c0c5e-0000-4000-8000-3d7f0c1f5a11',
    lane: 'samples',
    seq: 100_000 + seq,
    body: Buffer.from(body),
  }
  const packet = { type: 2, nsp: '/collector', id: seq, data: ['batch', batch], options: { compress: true } }
  const [message] = new parser.Encoder().encode(packet as never) as unknown as [Uint8Array | ArrayBuffer]
  return message.byteLength + frameBytes(message.byteLength)
}

/** Each metric with its own ids, in plain arrays. */
function inVersion1({ metric, ids, entities, atMs, startMs, values }: SampleColumns): SampleColumns {
  const numbers = new Map<number, number>()
  const numbered = Array.from(entities, (entity) => {
    if (!numbers.has(entity)) numbers.set(entity, numbers.size)
    return numbers.get(entity)!
  })
  const own = Array.from(numbers.keys(), (entity) => ids[entity]!)
  const starts = startMs ? { startMs: [...startMs] } : {}
  return { metric, ids: own, entities: numbered, atMs: [...atMs], ...starts, values: [...values] }
}

class Tally {
  readonly #tool: string
  readonly #mix: Mix
  #samples = 0
  #steady = 0
  #wireBytes = 0
  #diskBytes = 0
  #encodeMs = 0
  #decodeMs = 0

  constructor(tool: string, mix: Mix) {
    this.#tool = tool
    this.#mix = mix
  }

  async encode<T>(counts: boolean, work: () => T | Promise<T>): Promise<T> {
    const [result, ms] = await timed(work)
    if (counts) this.#encodeMs += ms
    return result
  }

  async decode<T>(counts: boolean, work: () => T | Promise<T>): Promise<T> {
    const [result, ms] = await timed(work)
    if (counts) this.#decodeMs += ms
    return result
  }

  sent(isSteady: boolean, samples: number, disk: number, wire: number): void {
    this.#samples += samples
    this.#wireBytes += wire
    this.#diskBytes += disk
    if (isSteady) this.#steady += samples
  }

  get #encodeCpuSecondsPerMillion(): number {
    return (1000 * this.#encodeMs) / this.#steady
  }

  row(ours: Tally): WireRow {
    return {
      tool: this.#tool,
      of: this.#mix.name,
      samples: this.#samples,
      bytesPerSample: this.#wireBytes / this.#samples,
      diskBytesPerSample: this.#diskBytes / this.#samples,
      cpuSecondsPerMillion: this.#encodeCpuSecondsPerMillion,
      decodeCpuSecondsPerMillion: (1000 * this.#decodeMs) / this.#steady,
      ratio: this.#encodeCpuSecondsPerMillion / ours.#encodeCpuSecondsPerMillion,
    }
  }
}

/** Processor time of all threads, ms. */
async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1000]
}
