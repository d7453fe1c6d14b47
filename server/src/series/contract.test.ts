import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { MalformedSamples } from './columns.ts'
import { EmbeddedSeries } from './embedded.ts'
import type { BatchMark, SeriesKey, SeriesStore } from './contract.ts'
import { openOutside } from './stores/open.ts'
import { isInstalled, startServer, type ServerKind } from './stores/servers-testing.ts'

/*
 * The same samples in, the same answers out, whatever store keeps them. What remains different is stated where it is asked for,
 * by `exact`: see docs/operators-guide.md.
 */

interface Stand {
  store: SeriesStore
  /** What was appended can be read afterwards. */
  settle: () => Promise<void>
  close: () => Promise<void>
}

async function embedded(): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'series-'))
  const store = new EmbeddedSeries(join(folder, 'series.db'), (error) => { throw error }) // prettier-ignore
  const close = async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  }
  return { store, settle: async () => {}, close }
}

async function outside(kind: ServerKind): Promise<Stand> {
  const server = await startServer(kind)
  const store = openOutside(server.url, { dataDir: server.folder, clock: Date.now, log: silentLog() })!
  const close = async () => {
    await store.close()
    await server.stop()
  }
  return { store, settle: () => store.settle(), close }
}

const t0 = 1_795_000_200_000 // a whole ten minutes
const min = 60_000
const at = (minutes: number) => t0 + minutes * min

let seq = 0
const mark = (more: Partial<BatchMark> = {}): BatchMark => ({
  collectorId: 'col_1',
  epoch: 'a',
  lane: 'samples',
  seq: ++seq,
  ...more,
})

const increments = (
  entity: string,
  samples: [from: number, until: number, value: number][],
): SampleColumns => ({
  metric: 'ifHCInOctets',
  ids: ['never_used', entity],
  entities: Uint32Array.from(samples, () => 1),
  startMs: Float64Array.from(samples, ([from]) => at(from)),
  atMs: Float64Array.from(samples, ([, until]) => at(until)),
  values: Float64Array.from(samples, ([, , value]) => value),
})

const gauges = (entity: string, samples: [at: number, value: number][], metric = 'value'): SampleColumns => ({
  metric,
  ids: [entity],
  entities: samples.map(() => 0),
  atMs: samples.map(([minute]) => at(minute)),
  values: samples.map(([, value]) => value),
})

const stands: [string, boolean, () => Promise<Stand>][] = [
  ['embedded', true, embedded],
  ['VictoriaMetrics', isInstalled('victoriametrics'), () => outside('victoriametrics')],
  ['InfluxDB', isInstalled('influxdb'), () => outside('influxdb')],
]

describe.each(stands)('series kept by %s', (name, isThere, open) => {
  if (!isThere) return it.skip('is not installed')
  let stand: Stand
  let store: SeriesStore
  beforeAll(async () => {
    seq = 0
    stand = await open()
    ;({ store } = stand)
    // 6000 octets a minute = 100 a second, for an hour but for a gap from 20 to 30.
    const minutes = Array.from({ length: 60 }, (_, i) => i).filter((i) => i < 20 || i >= 30)
    await store.append(mark(), [
      increments('ifc_1', minutes.map((i) => [i, i + 1, 6000])),
      increments('ifc_2', [[0, 1, 600], [1, 2, 1200], [2, 5, 9000], [5, 6, 0]]),
      increments('ifc_busy', minutes.map((i) => [i, i + 1, 60_000])),
      gauges('sns_1', [[1, 20.5], [2, 21.5], [3, -40], [4, 0], [11, 23.125]]),
      gauges('dev_1', [[1, 1], [2, 0]], 'reachable'),
    ]) // prettier-ignore
    await store.append(mark(), [
      increments('ifc_big', [
        [0, 1, 2 ** 53 - 1],
        [1, 2, 2 ** 53 - 3],
      ]),
    ])
    await stand.settle()
  })
  afterAll(() => stand?.close())

  it('draws a year in steps of hours', async () => {
    const stepMs = 600 * min
    const [from, until] = [t0 - 900 * stepMs, t0 + 2 * stepMs]
    const [steps] = await store.read({ entities: ['ifc_1'], metrics: ['ifHCInOctets'], from, until, stepMs })
    const { mean, min: least, max } = steps!
    expect(mean).toHaveLength(902)
    expect([mean, least, max].map((figures) => figures.findIndex((one) => one !== null))).toEqual([900, 900, 900])
    expect([mean[900], least[900], max[900], mean[901]]).toEqual([100, 100, 100, null])
  }) // prettier-ignore

  const raw = async (entity: string, metric: SeriesKey['metric'], from: number, until: number) => {
    const [series] = await store.raw([{ entity, metric }], { from: at(from), until: at(until) })
    return series!
  }

  it('gives samples back exactly', async () => {
    expect(await raw('sns_1', 'value', 0, 60)).toEqual({
      entity: 'sns_1', metric: 'value', atMs: [1, 2, 3, 4, 11].map(at), values: [20.5, 21.5, -40, 0, 23.125],
    }) // prettier-ignore
    expect(await raw('ifc_2', 'ifHCInOctets', 0, 60)).toEqual({
      entity: 'ifc_2', metric: 'ifHCInOctets', atMs: [1, 2, 5, 6].map(at), startMs: [0, 1, 2, 5].map(at), values: [600, 1200, 9000, 0],
    }) // prettier-ignore
  })

  it('keeps whole numbers up to 2^53', async () => {
    expect((await raw('ifc_big', 'ifHCInOctets', 0, 60)).values).toEqual([2 ** 53 - 1, 2 ** 53 - 3])
  })

  it('gauges lie from the first instant inclusive to the last exclusive; increments that overlap are given whole', async () => {
    expect((await raw('sns_1', 'value', 2, 4)).values).toEqual([21.5, -40])
    expect((await raw('ifc_2', 'ifHCInOctets', 3, 4)).values).toEqual([9000])
    expect((await raw('ifc_2', 'ifHCInOctets', 1, 2)).values).toEqual([1200])
  })

  it('several series come in the order they were asked for, empty where nothing is known', async () => {
    const keys: SeriesKey[] = [
      { entity: 'ifc_nobody', metric: 'ifHCInOctets' },
      { entity: 'sns_1', metric: 'value' },
      { entity: 'ifc_2', metric: 'ifHCInOctets' },
    ]
    const series = await store.raw(keys, { from: at(0), until: at(60) })
    expect(series.map(({ entity, values }) => [entity, values.length])).toEqual([
      ['ifc_nobody', 0],
      ['sns_1', 5],
      ['ifc_2', 4],
    ])
    expect(series[0]!.startMs).toEqual([])
  })

  it('reads steps: rates per second by their overlap, and gaps as gaps', async () => {
    const query = {
      entities: ['ifc_2', 'ifc_1'],
      metrics: ['ifHCInOctets' as const],
      from: at(0),
      until: at(60),
    }
    const [second, first] = await store.read({ ...query, stepMs: 10 * min })
    expect(second).toMatchObject({ entity: 'ifc_2', atMs: [0, 10, 20, 30, 40, 50].map(at) })
    expect(second!.mean.slice(1)).toEqual([null, null, null, null, null])
    expect(second!.mean[0]).toBeCloseTo((10_800 / (6 * min)) * 1000, 9)
    expect([second!.min[0], second!.max[0]]).toEqual([0, 50])
    expect(first!.mean).toEqual([100, 100, null, 100, 100, 100])
  })

  it('divides an increment among the steps it spans', async () => {
    const [steps] = await store.read({
      entities: ['ifc_2'], metrics: ['ifHCInOctets'], from: at(0), until: at(6), stepMs: min,
    }) // prettier-ignore
    expect(steps!.mean).toEqual([10, 20, 50, 50, 50, 0])
  })

  it('reads steps of gauges', async () => {
    const [steps] = await store.read({
      entities: ['sns_1'], metrics: ['value'], from: at(0), until: at(20), stepMs: 10 * min,
    }) // prettier-ignore
    expect([steps!.mean, steps!.min, steps!.max]).toEqual([[0.5, 23.125], [-40, 23.125], [21.5, 23.125]]) // prettier-ignore
  })

  it.each<[string, number, number, number, number]>([
    ['whole increments', 0, 6, 10_800, 6],
    ['pro rata at both edges', 0.5, 3, 300 + 1200 + 3000, 2.5],
    ['within one increment', 3, 4, 3000, 1],
    ['where nothing is known', 30, 40, 0, 0],
    ['partly known', -10, 1, 600, 1],
  ])('totals: %s', async (_name, from, until, total, covered) => {
    const query = { entity: 'ifc_2', metric: 'ifHCInOctets' as const, from: at(from), until: at(until) }
    expect(await store.total(query)).toEqual({ total, coveredMs: covered * min })
  })

  it('adds up a long period to the octet', async () => {
    const query = {
      entity: 'ifc_2',
      metric: 'ifHCInOctets' as const,
      from: at(-60 * 24 * 20),
      until: at(60 * 24 * 30),
    }
    expect(await store.total(query)).toEqual({ total: 10_800, coveredMs: 6 * min })
    const beginsWithin = { ...query, from: at(3) }
    expect((await store.total({ ...beginsWithin, until: at(60 * 24 * 50) })).total).toBeCloseTo(6000, 6)
  })

  it('knows the newest sample of many', async () => {
    const keys: SeriesKey[] = [
      { entity: 'ifc_busy', metric: 'ifHCInOctets' },
      { entity: 'sns_1', metric: 'value' },
      { entity: 'dev_1', metric: 'reachable' },
      { entity: 'sns_none', metric: 'value' },
    ]
    expect(await store.last(keys, at(5))).toEqual([
      { entity: 'ifc_busy', metric: 'ifHCInOctets', atMs: at(60), value: 1000 },
      { entity: 'sns_1', metric: 'value', atMs: at(11), value: 23.125 },
    ])
    expect(await store.last(keys, at(-1))).toHaveLength(3)
  })

  it.each<['mean' | 'max' | 'total', [string, number][]]>([
    ['mean', [['ifc_busy', 1000], ['ifc_1', 100], ['ifc_2', 30]]],
    ['max', [['ifc_busy', 1000], ['ifc_1', 100], ['ifc_2', 50]]],
    ['total', [['ifc_busy', 3_000_000], ['ifc_1', 300_000], ['ifc_2', 10_800]]],
  ])('ranks increments by %s', async (by, expected) => {
    const entities = ['ifc_1', 'ifc_2', 'ifc_nobody', 'ifc_busy']
    const query = { metric: 'ifHCInOctets' as const, entities, from: at(0), until: at(60), by }
    const ranked = await store.top({ ...query, limit: 3 })
    expect(ranked.map(({ entity }) => entity)).toEqual(expected.map(([entity]) => entity))
    ranked.forEach(({ value }, i) => expect(value).toBeCloseTo(expected[i]![1], 6))
    expect(await store.top({ ...query, limit: 1 })).toHaveLength(1)
  }) // prettier-ignore

  it('lists every key once, page by page', async () => {
    const all: SeriesKey[] = []
    for (let after: SeriesKey | null = null; ; after = all.at(-1)!) {
      const page: SeriesKey[] = await store.keys(after, 2)
      all.push(...page)
      if (page.length < 2) break
    }
    expect(all.map(({ entity, metric }) => `${entity} ${metric}`).sort()).toEqual([
      'dev_1 reachable', 'ifc_1 ifHCInOctets', 'ifc_2 ifHCInOctets', 'ifc_big ifHCInOctets', 'ifc_busy ifHCInOctets', 'sns_1 value',
    ]) // prettier-ignore
    expect(await store.keys(null, 3)).toEqual(all.slice(0, 3))
  })

  it('says how much it holds', async () => {
    const { series, bytes } = await store.capacity()
    expect(series).toBe(6)
    expect(bytes).toBeGreaterThanOrEqual(0) // VictoriaMetrics counts what it has on disk
  })

  it('takes a batch once', async () => {
    const twice = mark({ epoch: 'twice', seq: 1 })
    const columns = [increments('ifc_twice', [[0, 1, 60]])]
    expect(await store.append(twice, columns)).toBe(true)
    expect(await store.append(twice, columns)).toBe(false)
    await stand.settle()
    expect((await raw('ifc_twice', 'ifHCInOctets', 0, 60)).values).toEqual([60])
  })

  it('takes the same instant once, though it comes in another batch', async () => {
    await store.append(mark({ epoch: 'x', seq: 1 }), [increments('ifc_again', [[0, 1, 60], [1, 2, 120]])]) // prettier-ignore
    await store.append(mark({ epoch: 'y', seq: 1 }), [increments('ifc_again', [[1, 2, 120], [2, 3, 180]])]) // prettier-ignore
    await stand.settle()
    expect((await raw('ifc_again', 'ifHCInOctets', 0, 60)).values).toEqual([60, 120, 180])
    const query = { entity: 'ifc_again', metric: 'ifHCInOctets' as const, from: at(0), until: at(60) }
    expect(await store.total(query)).toEqual({ total: 360, coveredMs: 3 * min })
  })

  it('takes what comes late where it belongs', async () => {
    const late = mark({ epoch: 'late', seq: 1, lane: 'backfill' })
    await store.append(mark({ epoch: 'late', seq: 1 }), [increments('ifc_late', [[10, 11, 60]])])
    await stand.settle()
    await store.append(late, [increments('ifc_late', [[-3000, -2999, 30], [9, 10, 120]])]) // prettier-ignore
    await stand.settle()
    expect((await raw('ifc_late', 'ifHCInOctets', -4000, 60)).values).toEqual([30, 120, 60])
    const [steps] = await store.read({
      entities: ['ifc_late'], metrics: ['ifHCInOctets'], from: at(8), until: at(11), stepMs: min,
    }) // prettier-ignore
    expect(steps!.mean).toEqual([null, 2, 1])
  })

  it('refuses what is malformed, and leaves out metrics that it does not know', async () => {
    const columns = gauges('sns_2', [[1, 1]])
    await expect(store.append(mark({ epoch: 'z', seq: 1 }), [{ ...columns, values: [] }])).rejects.toThrow(
      MalformedSamples,
    )
    expect(await store.append(mark({ epoch: 'z', seq: 1 }), [{ ...columns, metric: 'ofTomorrow' }])).toBe(
      true,
    )
    await stand.settle()
    expect((await raw('sns_2', 'value', 0, 60)).values).toEqual([])
  })

  it('takes names that mean something to others as they are', async () => {
    const odd = 'dev_a.b, c="d"\\|(省)'
    await store.append(mark({ epoch: 'odd', seq: 1 }), [gauges(odd, [[1, 7]], 'cpuPercent'), gauges('dev_a', [[1, 8]], 'cpuPercent')]) // prettier-ignore
    await stand.settle()
    expect((await raw(odd, 'cpuPercent', 0, 60)).values).toEqual([7])
  })
})
