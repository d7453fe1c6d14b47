import { describe, expect, it } from 'vitest'
import { Batcher } from './batcher.ts'
import type { Fact } from './contract.ts'
import { samplesIn } from './wire/testing.ts'
import { unpackMessage } from './wire/version-1.ts'
import type { NewBatch } from './spool/spool.ts'

function newBatcher(add: (batch: NewBatch) => Promise<void> = () => Promise.resolve(), openMs = 1e6) {
  const batches: NewBatch[] = []
  const batcher = new Batcher({
    add: async (batch) => {
      await add(batch)
      batches.push(batch)
    },
    openMs: () => openMs,
    onError: (error) => {
      throw error
    },
  })
  return { batcher, batches }
}

describe('the batcher', () => {
  it('gathers samples into columns of one length a metric', async () => {
    const { batcher, batches } = newBatcher()
    batcher.sample('reachable', 'dev_1', 1000, 1)
    batcher.sample('reachable', 'dev_2', 1001, 0)
    batcher.sample('reachable', 'dev_1', 1002, 0)
    batcher.increment('ifHCInOctets', 'ifc_1', 900, 1003, 5000)
    await batcher.flush()
    expect(batches).toMatchObject([{ kind: 'samples', fromMs: 900, untilMs: 1003 }])
    expect(await samplesIn(batches[0]!.body)).toEqual([
      {
        metric: 'reachable',
        ids: ['dev_1', 'dev_2'],
        entities: [0, 1, 0],
        atMs: [1000, 1001, 1002],
        values: [1, 0, 0],
      },
      { metric: 'ifHCInOctets', ids: ['ifc_1'], entities: [0], atMs: [1003], startMs: [900], values: [5000] },
    ])
  })

  it('a verdict does not wait for the batch to be full', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { batcher, batches } = newBatcher(() => Promise.resolve(resolve()))
    batcher.sample('probeOk', 'cir_1', 1, 0)
    batcher.flushSoon()
    await promise
    await batcher.flush()
    expect(batches).toHaveLength(1)
  })

  it('facts go by themselves, not too many at once', async () => {
    const { batcher, batches } = newBatcher()
    for (let i = 0; i < 45; i++) batcher.fact({ kind: 'gap', fromMs: i, untilMs: i, reason: 'overload' })
    await batcher.flush()
    const sizes = await Promise.all(
      batches.map(async ({ body }) => (await unpackMessage<Fact[]>(body)).length),
    )
    expect([batches.every(({ kind }) => kind === 'facts'), sizes]).toEqual([true, [20, 20, 5]])
  })

  it('while the disk takes nothing, memory holds its bound and tells the gap', async () => {
    const { promise: disk, resolve: mend } = Promise.withResolvers<void>()
    const { batcher, batches } = newBatcher(() => disk)
    batcher.sample('value', 'sns_1', 0, 0)
    const first = batcher.flush()
    const rows = { ids: Array.from({ length: 1000 }, (_, i) => `ifc_${i}`) }
    const values = new Float64Array(1000).fill(1)
    for (let atMs = 1; atMs <= 4100; atMs++) batcher.sampleRows('ifOperStatus', rows, atMs, values)
    mend()
    await first
    await batcher.flush()
    const facts = batches.filter(({ kind }) => kind === 'facts')
    expect(await unpackMessage<Fact[]>(facts[0]!.body)).toEqual([
      { kind: 'gap', fromMs: 4001, untilMs: 4100, reason: 'overload' },
    ])
    const samples = batches.filter(({ kind }) => kind === 'samples')
    expect(samples[0]?.untilMs).toBe(0)
    expect(samples.slice(1).map(({ fromMs, untilMs }) => untilMs - fromMs + 1)).toEqual(Array(16).fill(250))
    expect(samples.at(-1)?.untilMs).toBe(4000)
  })

  it('rows share everything but their values, and those without one are left out', async () => {
    const { batcher, batches } = newBatcher()
    const rows = { ids: ['ifc_1', 'ifc_2', 'ifc_3'] }
    batcher.incrementRows('ifHCInOctets', rows, 900, 1000, Float64Array.of(5, NaN, 7))
    batcher.incrementRows('ifHCOutOctets', rows, 900, 1000, Float64Array.of(0, 0, 0))
    await batcher.flush()
    const common = { atMs: [1000, 1000], startMs: [900, 900] }
    expect(await samplesIn(batches[0]!.body)).toMatchObject([
      { metric: 'ifHCInOctets', ids: ['ifc_1', 'ifc_3'], ...common, values: [5, 7] },
      { metric: 'ifHCOutOctets', ids: ['ifc_1', 'ifc_2', 'ifc_3'], values: [0, 0, 0] },
    ])
  })

  it('what is no number is left out', async () => {
    const { batcher, batches } = newBatcher()
    batcher.sample('value', 'sns_1', 1, NaN)
    batcher.sample('value', 'sns_1', 1, Infinity)
    await batcher.flush()
    expect(batches).toEqual([])
  })
})
