import { randomFillSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SampleColumns } from '../contract.ts'
import { isBody, joinBody, splitBody } from './body.ts'
import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import { columnsOf } from './columns.ts'
import { packGroup, unpackGroup } from './group.ts'
import { SamplesWriter } from './samples-writer.ts'
import { Listener, Teller } from './telling.ts'
import { samplesIn } from './testing.ts'
import { packValues, unpackValues } from './values.ts'
import { packMessage } from './version-1.ts'

const nowMs = 1_790_000_000_000

function throughValues(values: Float64Array): { back: Float64Array; bytes: number } {
  const [structure, data] = [new ByteWriter(), new ByteWriter()]
  packValues(values, structure, data)
  const readers = [new ByteReader(structure.view()), new ByteReader(data.view())] as const
  const back = unpackValues(...readers, new Float64Array(values.length))
  expect(readers.map(({ bytes, offset }) => bytes.length - offset)).toEqual([0, 0])
  return { back, bytes: structure.length + data.length }
}

describe('a column of values', () => {
  it.each<[string, number[], bytesAtMost: number]>([
    ['zeros', Array(48).fill(0), 2],
    ['one code all over', Array(48).fill(7), 2],
    ['a status that differs once', [1, 1, 1, 2, 1, 1], 10],
    ['counters to 2^53', [Number.MAX_SAFE_INTEGER, 2 ** 52, 2 ** 32, 2 ** 32 - 1, 255, 256, 0], 35],
    ['negative ones', [-1, -128, 5, -(2 ** 52), 2 ** 52], 21],
    ['integers beyond what zigzag holds', [-(2 ** 53 - 1), 2 ** 53 - 1, -3], 21],
    ['milliseconds with three decimals', [0.125, 12.345, 1000.001, 3], 12],
    ['decimals that are none', [1 / 3, Math.PI, 1e300, 5e-324], 36],
    ['below zero and nothing', [-0, 0, -0.5], 20],
    ['one that is no decimal among decimals', [0.5, 1.5, 1 / 3, 2.5], 15],
  ])('%s comes back exactly', (_, list, bytesAtMost) => {
    const values = Float64Array.from(list)
    const { back, bytes } = throughValues(values)
    expect(back).toEqual(values)
    expect(bytes).toBeLessThanOrEqual(bytesAtMost)
  })

  it('has none where there is no number', () => {
    const { back } = throughValues(Float64Array.of(1, NaN, 3, Infinity, -Infinity))
    expect(back).toEqual(Float64Array.of(1, NaN, 3, NaN, NaN))
  })

  it('of any doubles comes back exactly', () => {
    const some = fc.oneof(
      fc.double({ noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.nat(),
      fc.constant(0),
      fc.integer().map((n) => n / 1000),
    )
    fc.assert(
      fc.property(fc.float64Array({ minLength: 1 }), fc.array(some, { minLength: 1 }), (wild, list) => {
        for (const values of [wild, Float64Array.from(list)]) {
          const finite = values.map((value) => (Number.isFinite(value) ? value : NaN))
          expect(throughValues(values).back).toEqual(finite)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a group of ids', () => {
  it.each([
    ['none', []],
    ['one', ['dev_0k3v9x7q2a000abcdef']],
    ['the ports of a switch', Array.from({ length: 48 }, (_, i) => `ifc_0k3v9x7q2a0${i}x8${i * 7919}`)],
    ['beyond ASCII', ['接口一', '接口二']],
  ])('%s comes back, equal ids as equal octets', (_, ids) => {
    const octets = packGroup(ids)
    expect(unpackGroup(octets)).toEqual(ids)
    expect(packGroup([...ids])).toEqual(octets)
  })
})

const rowsOf = (count: number, name = 'ifc') => ({
  ids: Array.from({ length: count }, (_, i) => `${name}_${i}`),
})

async function written(...rows: Parameters<SamplesWriter['add']>[]): Promise<Uint8Array> {
  const writer = new SamplesWriter()
  for (const row of rows) writer.add(...row)
  return await writer.pack()
}

describe('a body', () => {
  it('holds what was written, gauges and increments, in order', async () => {
    const [ports, device] = [rowsOf(3), { ids: ['dev_1'] }]
    const body = await written(
      ['ifHCInOctets', ports, nowMs - 60_000, nowMs, Float64Array.of(1, NaN, 3)],
      ['ifOperStatus', ports, NaN, nowMs, Float64Array.of(1, 2, 1)],
      ['responseMs', device, NaN, nowMs + 5, Float64Array.of(1.25)],
      ['ifHCInOctets', ports, nowMs, nowMs + 60_001, Float64Array.of(7, 8, 9)],
      ['responseMs', device, NaN, nowMs - 7, Float64Array.of(2.5)],
    )
    const [at, later] = [nowMs, nowMs + 60_001]
    expect(await samplesIn(body)).toEqual([
      {
        metric: 'ifHCInOctets',
        ids: ['ifc_0', 'ifc_2', 'ifc_1'],
        entities: [0, 1, 0, 2, 1],
        atMs: [at, at, later, later, later],
        startMs: [at - 60_000, at - 60_000, at, at, at],
        values: [1, 3, 7, 8, 9],
      },
      { metric: 'ifOperStatus', ids: ports.ids, entities: [0, 1, 2], atMs: [at, at, at], values: [1, 2, 1] },
      { metric: 'responseMs', ids: ['dev_1'], entities: [0, 0], atMs: [at + 5, at - 7], values: [1.25, 2.5] },
    ])
  })

  it('cannot be taken for one of version 1, nor the other way round', async () => {
    const columns: SampleColumns[] = [{ metric: 'value', ids: ['a'], entities: [0], atMs: [1], values: [1] }]
    expect(isBody(await packMessage(columns))).toBe(false)
    expect(isBody(await packMessage([]))).toBe(false)
    expect(isBody(await written(['value', rowsOf(1), NaN, 1, Float64Array.of(1)]))).toBe(true)
  })

  it('split and joined is the same', async () => {
    const body = await written(['value', rowsOf(5), NaN, nowMs, new Float64Array(5)])
    expect(Buffer.from(joinBody(splitBody(body)))).toEqual(Buffer.from(body))
  })
})

describe('on a connection', () => {
  it('ids are told once, whatever the order in which devices come', async () => {
    const [teller, listener] = [new Teller(), new Listener()]
    const devices = Array.from({ length: 5 }, (_, i) => rowsOf(48, `ifc_${i}`))
    const sizes: number[] = []
    for (const order of [[0, 1, 2, 3, 4], [4, 2, 0, 1, 3], [3]]) {
      const body = await written(
        ...(order.map(
          (i) => ['ifOperStatus', devices[i]!, NaN, nowMs, new Float64Array(48).fill(1)] as const,
        ) as never[]),
      )
      const told = teller.tell(body)
      const heard = listener.hear(told)
      sizes.push(told.length)
      const [columns] = await columnsOf(heard)
      const names = Array.from(columns!.entities, (entity) => columns!.ids[entity])
      expect(names).toEqual(order.flatMap((i) => devices[i]!.ids))
      expect(columns!.ids).toHaveLength(240)
    }
    expect(sizes[1]).toBeLessThan(60)
  })

  it('instants are put right on the way', async () => {
    const body = await written(['ifHCInOctets', rowsOf(2), nowMs - 60_000, nowMs, Float64Array.of(1, 2)])
    const [columns] = await columnsOf(new Listener().hear(new Teller().tell(body, -3_600_000)))
    expect([columns!.atMs[1], columns!.startMs![1]]).toEqual([nowMs - 3_600_000, nowMs - 3_660_000])
  })

  it('a number that was never given is refused', async () => {
    const teller = new Teller()
    const body = await written(['value', rowsOf(2), NaN, nowMs, Float64Array.of(1, 2)])
    teller.tell(body)
    expect(() => new Listener().hear(teller.tell(body))).toThrow(WireError)
  })
})

describe('hostile octets', () => {
  async function outcome(octets: Uint8Array): Promise<'taken' | 'refused'> {
    try {
      const columns = await columnsOf(new Listener().hear(octets))
      for (const { ids, entities, atMs, startMs, values } of columns) {
        const lengths = new Set([
          entities.length,
          atMs.length,
          startMs?.length ?? values.length,
          values.length,
        ])
        expect(lengths.size).toBe(1)
        for (const entity of entities) if (ids[entity] === undefined) expect.unreachable()
        for (const value of values) if (!Number.isFinite(value)) expect.unreachable()
      }
      return 'taken'
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return 'refused'
    }
  }

  it('changed, cut or made up, are refused or taken as something whole', async () => {
    const ports = rowsOf(20)
    const body = await written(
      ['ifHCInOctets', ports, nowMs - 60_000, nowMs, Float64Array.from(ports.ids, (_, i) => i * 7919)],
      ['ifOperStatus', ports, NaN, nowMs, new Float64Array(20).fill(1)],
      ['responseMs', { ids: ['dev_1'] }, NaN, nowMs, Float64Array.of(1 / 3)],
    )
    const runs = process.env.LONG ? 300_000 : 6_000
    let refused = 0
    for (let run = 0; run < runs; run++) {
      const octets = Uint8Array.from(body)
      for (let changes = 1 + (run % 3); changes > 0; changes--)
        octets[Math.floor(Math.random() * octets.length)] = Math.floor(Math.random() * 256)
      const cut = run % 5 === 0 ? octets.subarray(0, Math.floor(Math.random() * octets.length)) : octets
      if ((await outcome(cut)) === 'refused') refused++
    }
    expect(refused).toBeGreaterThan(runs / 4)
    for (let run = 0; run < runs; run++) {
      const noise = randomFillSync(new Uint8Array(run % 300))
      if (noise.length > 1) noise.set([0x76, 2])
      await outcome(noise)
    }
  })

  it.each<[string, (writer: ByteWriter) => void]>([
    ['a body of two million groups', (w) => (w.byte(0), w.varint(2_000_000))],
    ['a group larger than there is', (w) => (w.byte(0), w.varint(1), w.varint(0), w.varint(1e9))],
    ['a number beyond 2^53', (w) => (w.byte(0), w.put(new Uint8Array(9).fill(255)), w.byte(127))],
    ['nothing', () => {}],
  ])('%s is refused before it costs anything', async (_, write) => {
    const writer = new ByteWriter()
    writer.put(Uint8Array.of(0x76, 2))
    write(writer)
    expect(await outcome(writer.view())).toBe('refused')
  })

  it('a few octets that stand for many values are refused', async () => {
    const many = rowsOf(60_000)
    const writer = new SamplesWriter()
    for (let i = 0; i < 40; i++) writer.add('value', many, NaN, nowMs + i, new Float64Array(60_000))
    expect(await outcome(await writer.pack())).toBe('refused')
  })
})
