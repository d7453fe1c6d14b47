import { describe, expect, it } from 'vitest'
import { Batcher } from './batcher.ts'
import type { Fact, SampleColumns } from './contract.ts'
import { unpackBody } from './spool/body.ts'
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
    expect(await unpackBody<SampleColumns[]>(batches[0]!.body)).toEqual([
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
    const sizes = await Promise.all(batches.map(async ({ body }) => (await unpackBody<Fact[]>(body)).length))
    expect([batches.every(({ kind }) => kind === 'facts'), sizes]).toEqual([true, [20, 20, 5]])
  })

  it('while the disk takes nothing, memory holds its bound and tells the gap', async () => {
    const { promise: disk, resolve: mend } = Promise.withResolvers<void>()
    const { batcher, batches } = newBatcher(() => disk)
    batcher.sample('value', 'sns_1', 0, 0)
    const first = batcher.flush()
    for (let atMs = 1; atMs <= 600_000; atMs++) batcher.sample('value', 'sns_1', atMs, atMs)
    mend()
    await first
    await batcher.flush()
    const facts = batches.filter(({ kind }) => kind === 'facts')
    expect(await unpackBody<Fact[]>(facts[0]!.body)).toEqual([
      { kind: 'gap', fromMs: 500_001, untilMs: 600_000, reason: 'overload' },
    ])
    expect(batches.filter(({ kind }) => kind === 'samples').map(({ untilMs }) => untilMs)).toEqual([
      0, 500_000,
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
