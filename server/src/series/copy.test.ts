import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { copySeries, type CopyOptions } from './copy.ts'
import { memorySeries } from './memory.ts'
import type { SeriesKey, SeriesStore } from './contract.ts'
import { openOutside } from './stores/open.ts'
import { isInstalled, startServer, type TestServer } from './stores/servers-testing.ts'

const day = 86_400_000
const min = 60_000
const until = Math.floor(Date.now() / day) * day
const from = until - 6 * day
const count = 420
const hours = 6 * 24

/** 420 series of an increment an hour over six days, and a gauge. */
async function filled(): Promise<SeriesStore> {
  const store = memorySeries()
  for (let i = 0; i < count; i++) {
    const at = Array.from({ length: hours }, (_, hour) => from + (hour + 1) * 60 * min)
    const columns: SampleColumns = {
      metric: 'ifHCInOctets', ids: [`ifc_${i}`], entities: at.map(() => 0), atMs: at,
      startMs: at.map((ms) => ms - 60 * min), values: at.map((_, hour) => hour * 1000 + i),
    } // prettier-ignore
    await store.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: i + 1 }, [columns])
  }
  const gauge = { metric: 'value', ids: ['sns_1'], entities: [0, 0], atMs: [from, until - 1], values: [-20.125, 0.1] } // prettier-ignore
  await store.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: count + 1 }, [gauge])
  return store
}

const samples = count * hours + 2
const options: CopyOptions = { from, until: until + 1, settle: async () => {} }

let source: SeriesStore
let target: SeriesStore
beforeAll(async () => (source = await filled()))
afterAll(() => source.close())

describe('a copy', () => {
  beforeEach(() => (target = memorySeries()))
  afterEach(() => target.close())

  it('has every sample, and says so', async () => {
    const result = await copySeries(source, target, options)
    expect(result).toMatchObject({ series: count + 1, samples, copied: samples, wrong: 0, isDone: true })
    expect(result.targetSum).toBe(result.sourceSum)
    const query = { entity: 'ifc_7', metric: 'ifHCInOctets' as const, from, until }
    expect(await target.total(query)).toEqual(await source.total(query))
  })

  it('is interrupted between two pages, and goes on where it was', async () => {
    const stop = new AbortController()
    const first = await copySeries(source, target, { ...options, signal: stop.signal, onProgress: () => stop.abort() }) // prettier-ignore
    expect(first).toMatchObject({ series: 400, isDone: false })
    const second = await copySeries(source, target, options)
    expect(second).toMatchObject({ samples, copied: samples - first.copied, wrong: 0, isDone: true })
    expect(await copySeries(source, target, options)).toMatchObject({ copied: 0, wrong: 0, isDone: true })
  })

  it('takes the period that was asked for', async () => {
    const result = await copySeries(source, target, { ...options, from: from + day, until: from + 2 * day })
    expect(result).toMatchObject({ samples: count * 24, copied: count * 24 })
  })

  it('says which series the target has otherwise', async () => {
    const broken: SeriesStore = { ...target, raw: async (keys) => keys.map((key) => ({ ...key, atMs: [], startMs: [], values: [] })) } // prettier-ignore
    const result = await copySeries(source, broken, {
      ...options,
      until: from + day / 24,
      pause: async () => {},
    })
    expect(result.wrong).toBe(result.samples)
    expect(result.firstWrong).toMatchObject({ metric: expect.any(String) } satisfies Partial<SeriesKey>)
  })
})

describe.runIf(isInstalled('victoriametrics') && isInstalled('influxdb'))(
  'from one server to another',
  () => {
    const servers: TestServer[] = []
    afterAll(async () => {
      for (const server of servers) await server.stop()
    })

    it('embedded → VictoriaMetrics → InfluxDB → embedded', async () => {
      const outside = []
      for (const kind of ['victoriametrics', 'influxdb'] as const) {
        const server = await startServer(kind)
        servers.push(server)
        const dataDir = mkdtempSync(join(tmpdir(), 'copy-'))
        const store = openOutside(server.url, { dataDir, clock: Date.now, log: silentLog() })!
        outside.push({ store, dataDir })
      }
      const [vm, influx] = outside.map(({ store }) => store)
      const back = memorySeries()
      const part = { ...options, from: until - 2 * day }
      const whole = { samples: count * 2 * 24 + 1, copied: count * 2 * 24 + 1, wrong: 0, isDone: true }
      expect(await copySeries(source, vm!, { ...part, settle: () => vm!.settle() })).toMatchObject(whole)
      expect(await copySeries(vm!, influx!, { ...part, settle: () => influx!.settle() })).toMatchObject(whole)
      expect(await copySeries(influx!, back, part)).toMatchObject(whole)
      expect(await copySeries(source, back, part)).toMatchObject({ ...whole, copied: 0 })
      await back.close()
      for (const { store, dataDir } of outside) {
        await store.close()
        rmSync(dataDir, { recursive: true })
      }
    }, 60_000)
  },
)
