import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../log.ts'
import type { BatchMark } from '../contract.ts'
import { storeOf } from './address.ts'
import { SeriesStoreAway } from './away.ts'
import { backendOf, openOutside } from './open.ts'
import { OutsideSeries } from './outside.ts'
import { isInstalled, neededFlags, startServer, type TestServer } from './servers-testing.ts'
import { flagComplaints } from './victoria-metrics-flags.ts'

const t0 = 1_795_000_200_000
const mark = (seq: number): BatchMark => ({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq })
const second = (seq: number): SampleColumns => ({
  metric: 'ifHCInOctets',
  ids: ['ifc_1'],
  entities: [0],
  startMs: [t0 + seq * 1000],
  atMs: [t0 + (seq + 1) * 1000],
  values: [1],
})
const whole = { entity: 'ifc_1', metric: 'ifHCInOctets' as const, from: t0, until: t0 + 3_600_000 }

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'outside-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const openAt = (url: string, log = silentLog()) =>
  openOutside(url, { dataDir: folder, clock: Date.now, log })!

describe('a store that is away', () => {
  const nowhere = 'victoriametrics+http://127.0.0.1:9'

  it('takes batches into the outbox, each once, and cannot be read', async () => {
    const store = openAt(nowhere)
    expect(await store.append(mark(1), [second(1)])).toBe(true)
    expect(await store.append(mark(1), [second(1)])).toBe(false)
    expect(store.outside.waiting).toBe(1)
    await expect(store.total(whole)).rejects.toThrow(SeriesStoreAway)
    await store.close()
    const again = openAt(nowhere)
    expect([again.outside.waiting, await again.append(mark(1), [second(1)])]).toEqual([1, false])
    await vi.waitFor(() => expect(again.outside.awaySinceMs).not.toBeNull())
    await again.close()
  })

  it('refuses when the outbox is full, so that collectors keep what they have', async () => {
    const { address } = storeOf(nowhere)
    const options = { address, outboxPath: join(folder, 'outbox.db'), mostWaitingBytes: 200 }
    const store = new OutsideSeries(backendOf('victoriametrics', address), { ...options, clock: Date.now, log: silentLog() }) // prettier-ignore
    let taken = 0
    const fill = async () => {
      for (let seq = 1; seq < 100; seq++, taken++) await store.append(mark(seq), [second(seq)])
    }
    await expect(fill()).rejects.toThrow(SeriesStoreAway)
    expect(taken).toBeGreaterThan(1)
    expect(await store.append(mark(taken), [second(taken)]).catch((error: Error) => error)).toBeInstanceOf(SeriesStoreAway) // prettier-ignore
    await store.close()
  })
})

describe.runIf(isInstalled('victoriametrics'))('VictoriaMetrics', () => {
  let server: TestServer
  afterEach(() => server.stop())

  it('that was away gets everything, in order, once it is back', async () => {
    server = await startServer('victoriametrics')
    await server.kill()
    const store = openAt(server.url)
    for (let seq = 1; seq <= 20; seq++) await store.append(mark(seq), [second(seq)])
    await vi.waitFor(() => expect(store.outside.awaySinceMs).not.toBeNull())
    await server.start()
    await store.settle()
    expect(await store.total(whole)).toEqual({ total: 20, coveredMs: 20_000 })
    expect(store.outside).toEqual({ name: 'VictoriaMetrics', waiting: 0, awaySinceMs: null })
    await store.close()
  }, 20_000)

  it('that crashes after it took a batch gets it again', async () => {
    server = await startServer('victoriametrics')
    const store = openAt(server.url)
    for (let seq = 1; seq <= 20; seq++) await store.append(mark(seq), [second(seq)])
    await vi.waitFor(() => expect(store.outside.waiting).toBe(0))
    await server.kill() // before it wrote anything to its disk
    await server.start()
    await store.append(mark(21), [second(21)])
    await store.settle()
    expect((await store.total(whole)).total).toBeGreaterThan(0)
    // The forwarder looks for a new start every ten seconds; an installation that is started anew does so at once.
    await store.close()
    const again = openAt(server.url)
    await again.settle()
    expect(await again.total(whole)).toEqual({ total: 21, coveredMs: 21_000 })
    await again.close()
  }, 20_000)

  it('says which flags it lacks', async () => {
    server = await startServer('victoriametrics', ['-retentionPeriod=1'])
    const { kind, address } = storeOf(server.url)
    const complaints = await backendOf(kind as 'victoriametrics', address).inspect()
    expect(complaints.map(({ en }) => /-[\w.]+/.exec(en)?.[0])).toEqual(['-dedup.minScrapeInterval', '-retentionPeriod']) // prettier-ignore
  })
})

it.each<[string, string[], RegExp[]]>([
  ['what is needed', neededFlags, []],
  ['years', ['-retentionPeriod=5y', '-dedup.minScrapeInterval=1ms'], []],
  ['a bare number of months', ['-retentionPeriod=24', '-dedup.minScrapeInterval=1ms'], []],
  ['too few days', ['-retentionPeriod=90d', '-dedup.minScrapeInterval=1ms'], [/retentionPeriod=90d/]],
  ['nothing', [], [/dedup/, /retentionPeriod=1 /]],
  ['another interval', ['-retentionPeriod=5y', '-dedup.minScrapeInterval=60s'], [/now: 60s/]],
  ['names that change', [...neededFlags, '-influxSkipMeasurement=true'], [/influxSkipMeasurement/]],
  ['a default that is named', [...neededFlags, '-influxTrimTimestamp=1ms'], []],
])('flags of VictoriaMetrics: %s', (_name, flags, expected) => {
  const text = flags.map((flag) => flag.replace(/=(.*)/, '="$1"')).join('\n')
  const complaints = flagComplaints(text)
  expect(complaints).toHaveLength(expected.length)
  expected.forEach((pattern, i) => expect(complaints[i]!.en).toMatch(pattern))
})

it.each<[string, object]>([
  ['', { kind: 'embedded' }],
  ['embedded', { kind: 'embedded' }],
  [
    'victoriametrics+http://vm:8428/',
    { kind: 'victoriametrics', address: { url: 'http://vm:8428', user: '' } },
  ],
  [
    'victoriametrics+https://a:b%40c@vm/prefix',
    { address: { url: 'https://vm/prefix', user: 'a', password: 'b@c' } },
  ],
  ['influxdb+http://db:8086/nms', { kind: 'influxdb', address: { url: 'http://db:8086', database: 'nms' } }],
  ['influxdb+http://db:8086', { kind: 'influxdb', address: { database: 'zongheng' } }],
])('seriesUrl %j', (url, expected) => expect(storeOf(url)).toMatchObject(expected))

describe('whatever a server answers', () => {
  let server: Server
  const answering = async (status: number, body = '') => {
    const asked: { url: string; authorization: string | undefined }[] = []
    server = createServer((request, response) => {
      asked.push({ url: request.url!, authorization: request.headers.authorization })
      response.writeHead(status).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port, asked }
  }
  afterEach(() => server.close())

  it.each([401, 403, 404, 429, 500, 503])('%i: it is away, and what waits is kept', async (status) => {
    const { port } = await answering(status)
    const store = openAt(`influxdb+http://127.0.0.1:${port}/x`)
    await store.append(mark(1), [second(1)])
    await vi.waitFor(() => expect(store.outside.awaySinceMs).not.toBeNull())
    expect(store.outside.waiting).toBe(1)
    await expect(store.total(whole)).rejects.toThrow(SeriesStoreAway)
    await store.close()
  })

  it('400: samples that it will never take do not hold up the others, and the log says so', async () => {
    const { port } = await answering(
      400,
      '{"error":"partial write: points beyond retention policy dropped=1"}',
    )
    const log = silentLog()
    const told = vi.spyOn(log, 'error')
    const store = openAt(`influxdb+http://127.0.0.1:${port}/x`, log)
    await store.append(mark(1), [second(1)])
    await vi.waitFor(() => expect(store.outside.waiting).toBe(0))
    expect(told.mock.lastCall?.[1]).toContain('refused samples')
    await store.close()
  })

  it('it is given the credentials of its address', async () => {
    const { port, asked } = await answering(204)
    const store = openAt(`influxdb+http://reader:p%40ss@127.0.0.1:${port}/my%20db`)
    await store.append(mark(1), [second(1)])
    await vi.waitFor(() => expect(store.outside.waiting).toBe(0))
    const authorization = `Basic ${Buffer.from('reader:p@ss').toString('base64')}`
    expect(asked).toEqual([{ url: '/write?db=my%20db&precision=ms', authorization }])
    await store.close()
  })
})
