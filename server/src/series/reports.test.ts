import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { SeriesStoreAway } from './stores/away.ts'

const min = 60_000
const hour = 60 * min
const day = 24 * hour
const china = (text: string) => Date.parse(`${text}+08:00`)
const november = { from: china('2026-11-01T00:00'), until: china('2026-12-01T00:00') }

let test: TestApp
let ids: Map<string, string>
let county: Awaited<ReturnType<TestApp['as']>>
let end: { a: string; z: string }
let circuit: string

/** Increments of 5 minutes that grow at these rates, in octets a second. */
const traffic = (entity: string, metric: string, from: number, rates: number[]) => ({
  metric,
  ids: [entity],
  entities: rates.map(() => 0),
  startMs: rates.map((_, i) => from + i * 5 * min),
  atMs: rates.map((_, i) => from + (i + 1) * 5 * min),
  values: rates.map((rate) => rate * 300),
})

/** Of a Monday and the Tuesday after it, an hour each: at night, in the morning, over noon. */
const night = china('2026-11-16T02:00')
const morning = china('2026-11-16T09:00')
const noon = china('2026-11-17T12:00')

beforeAll(async () => {
  test = await testApp()
  test.context.now = china('2026-11-20T12:00')
  ids = await withSmallEstate(test)
  county = await test.as('engineer', '130123')
  const model = await test.services.estate.model()
  circuit = ids.get('正定-主')!
  const { a, z } = model.circuits.get(circuit)!
  end = { a: a.interfaceId, z: z.interfaceId }
  await test.services.series.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: 1 }, [
    traffic(end.z, 'ifHCInOctets', night, Array.from({ length: 12 }, () => 1000)),
    traffic(end.z, 'ifHCInOctets', morning, Array.from({ length: 12 }, (_, i) => (i + 1) * 10)),
    traffic(end.z, 'ifHCInOctets', noon, Array.from({ length: 12 }, () => 500)),
    traffic(end.z, 'ifHCOutOctets', morning, Array.from({ length: 12 }, () => 200)),
    traffic(end.a, 'ifHCInOctets', morning, [7]),
    { metric: 'responseMs', ids: [ids.get('正定-RT')!, ids.get('唐山-RT')!], entities: [0, 1], atMs: [noon, noon], values: [3, 9] },
  ]) // prettier-ignore
})
afterAll(() => test.close())

const get = async (url: string, headers = {}) => county.inject({ url, headers })

describe('percentile of a month', () => {
  it.each<[string, string, object]>([
    // 36 steps known in: 12 × 1000, 12 × 500 and 10…120 octets a second; the 35th of 36 is 1000. Out: 12 × 200.
    ['of all hours', 'hours=all', { in: 8000, out: 1600, max: 8000, knownSteps: 12 }],
    // Only the morning is working time: 12 steps, the 12th is 120.
    ['of working hours', 'hours=working', { in: 960, out: 1600, max: 1600, knownSteps: 12 }],
    ['the median of working hours', 'hours=working&percentile=50', { in: 480, out: 1600, max: 1600 }],
  ])('%s', async (_name, query, expected) => {
    const answer = await get(`/series/percentile?entity=${end.z}&month=2026-11&${query}`)
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json()).toMatchObject({ entityId: end.z, ...november, ...expected })
  })

  it('counts the steps there were until now', async () => {
    const { steps } = (await get(`/series/percentile?entity=${end.z}&month=2026-11`)).json()
    expect(steps).toBe((china('2026-11-20T12:00') - november.from) / (5 * min))
  })

  it('takes a circuit for its lower end, and knows nothing of a month without samples', async () => {
    const answer = (await get(`/series/percentile?entity=${circuit}&month=2026-10`)).json()
    expect(answer).toMatchObject({ entityId: circuit, in: null, out: null, max: null, knownSteps: 0 })
    expect((await get(`/series/percentile?entity=${circuit}&month=2026-11`)).json().in).toBe(8000)
  })
})

describe('volumes', () => {
  it('by day, cut at the midnight of the installation', async () => {
    const period = `from=${china('2026-11-16T00:00')}&until=${china('2026-11-18T00:00')}`
    const { items } = (await get(`/series/volume?entity=${circuit}&per=day&${period}`)).json()
    expect(items).toEqual([
      { from: china('2026-11-16T00:00'), until: china('2026-11-17T00:00'),
        in: { octets: 12 * 300_000 + 300 * 780, coveredMs: 2 * hour }, out: { octets: 12 * 60_000, coveredMs: hour } },
      { from: china('2026-11-17T00:00'), until: china('2026-11-18T00:00'),
        in: { octets: 12 * 150_000, coveredMs: hour }, out: { octets: 0, coveredMs: 0 } },
    ]) // prettier-ignore
  })

  it('of a period, pro rata at its edges; by month', async () => {
    const whole = `from=${night + min}&until=${noon}`
    const { items } = (await get(`/series/volume?entity=${end.z}&${whole}`)).json()
    expect(items).toMatchObject([{ in: { octets: 12 * 300_000 + 300 * 780 - 60_000 } }])
    const months = `from=${november.from - day}&until=${november.until}`
    expect((await get(`/series/volume?entity=${end.z}&per=month&${months}`)).json().items).toHaveLength(2)
  })
})

describe('the newest values', () => {
  it('of what was measured since', async () => {
    const query = `entity=${end.z}&entity=${ids.get('正定-RT')}&metric=ifHCInOctets&metric=responseMs`
    const { items } = (await get(`/series/last?${query}&sinceMs=${night}`)).json()
    expect(items).toEqual([
      { entityId: end.z, metric: 'ifHCInOctets', unit: 'bit/s', atMs: noon + hour, value: 4000 },
      { entityId: ids.get('正定-RT'), metric: 'responseMs', unit: 'ms', atMs: noon, value: 3 },
    ])
    expect((await get(`/series/last?${query}`)).json().items).toEqual([])
  })
})

describe('rankings', () => {
  const week = `from=${china('2026-11-16T00:00')}&until=${china('2026-11-21T00:00')}`

  it('name the busiest circuits and interfaces', async () => {
    const circuits = (await get(`/series/top?metric=ifHCInOctets&of=circuit&by=max&${week}`)).json()
    expect(circuits).toMatchObject({
      unit: 'bit/s',
      items: [{ entityId: circuit, value: 8000, measuredId: end.z, bandwidthBps: expect.any(Number) }],
    })
    expect(circuits.items[0].name).toContain('正定')
    const interfaces = (await get(`/series/top?metric=ifHCInOctets&by=total&limit=1&${week}`)).json()
    expect(interfaces).toMatchObject({ unit: 'B', items: [{ entityId: end.z }] })
  })

  it('ask a circuit itself what its probes measure', async () => {
    const at = { entities: [0], atMs: [noon] }
    await test.services.series.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: 2 }, [
      { metric: 'probeRttMs', ids: [circuit], ...at, values: [12] },
    ])
    const { items } = (await get(`/series/top?metric=probeRttMs&${week}`)).json()
    const link = (await test.services.estate.model()).circuits.get(circuit)!.linkId
    expect(items).toMatchObject([{ entityId: circuit, measuredId: circuit, ofId: link, value: 12 }])
  })

  it('show nobody what lies outside their regions', async () => {
    const devices = (await get(`/series/top?metric=responseMs&${week}`)).json()
    expect(devices.items.map((item: { entityId: string }) => item.entityId)).toEqual([ids.get('正定-RT')])
    const elsewhere = test.regions.get('130200')
    expect((await get(`/series/top?metric=responseMs&regionId=${elsewhere}&${week}`)).json().items).toEqual(
      [],
    )
  })

  it.each([
    ['a gauge by its total', 'metric=responseMs&by=total'],
    ['a device by what interfaces have', 'metric=ifHCInOctets&of=device'],
    ['what checks measure', 'metric=checkMs'],
  ])('refuse %s', async (_name, query) => {
    const answer = await get(`/series/top?${query}&${week}`)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'not-ranked'])
  })
})

describe('a file', () => {
  const url = () =>
    `/series.csv?entity=${end.z}&metric=ifHCOutOctets&from=${morning - 10 * min}&until=${morning + 10 * min}&stepS=300`

  it.each<[string, RegExp]>([
    ['zh', /^\ufeff"时间 \(Asia\/Shanghai\)","[^"]+ 出流量 \(bit\/s\) 平均"/],
    ['en', /^\ufeff"Time \(Asia\/Shanghai\)","[^"]+ Out \(bit\/s\) mean"/],
  ])('speaks the reader’s language: %s', async (language, header) => {
    const answer = await get(url(), { 'accept-language': language })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(answer.body).toMatch(header)
  })

  it('has a row a step in the installation’s time, and gaps as gaps', async () => {
    const [, ...rows] = (await get(url())).body.trimEnd().split('\r\n')
    expect(rows).toEqual([
      '2026-11-16 08:50:00,,,',
      '2026-11-16 08:55:00,,,',
      '2026-11-16 09:00:00,1600,1600,1600',
      '2026-11-16 09:05:00,1600,1600,1600',
    ])
  })

  it('is streamed in parts that join without a seam', async () => {
    const from = morning - 2000 * min
    const query = `entity=${end.z}&metric=ifHCOutOctets&from=${from}&until=${morning + hour}&stepS=60`
    const [, ...rows] = (await get(`/series.csv?${query}`)).body.trimEnd().split('\r\n')
    expect(rows).toHaveLength(2060)
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(2060)
    expect(rows.filter((row) => row.endsWith(',1600'))).toHaveLength(60)
  })

  it.each(['=cmd|calc', '＝1+1', '@SUM(1)', '\n=1'])(
    'lets no device’s name be a formula: %j',
    async (name) => {
      await test.context.db
        .updateTable('devices')
        .set({ name })
        .where('id', '=', ids.get('正定-RT')!)
        .execute()
      test.services.estate.changed([])
      const query = `entity=${ids.get('正定-RT')}&metric=responseMs&from=${noon}&until=${noon + hour}`
      const { body } = await get(`/series.csv?${query}`)
      expect(body).toContain(`,"'${name} `)
    },
  )

  it('has bounds', async () => {
    const query = `entity=${end.z}&metric=ifHCOutOctets&from=${morning - 300 * day}&until=${morning}&stepS=1`
    const answer = await get(`/series.csv?${query}`)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'too-many-series'])
  })
})

it.each([
  ['/series/last?metric=ifHCInOctets&entity='],
  ['/series/percentile?month=2026-11&entity='],
  [`/series/volume?from=1&until=2&entity=`],
  [`/series.csv?from=1&until=2&metric=ifHCInOctets&entity=`],
])('%s… knows nothing of another region', async (url) => {
  const model = await test.services.estate.model()
  const foreign = [...model.circuits.values()].find(({ number }) => number.includes('TS')) ?? null
  const answer = await get(`${url}${foreign?.z.interfaceId ?? 'ifc_none'}`)
  expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found'])
})

it('says that a device carries no traffic, and that a month is none', async () => {
  const device = ids.get('正定-RT')
  expect((await get(`/series/percentile?entity=${device}&month=2026-11`)).json().code).toBe('no-traffic')
  expect((await get(`/series/percentile?entity=${device}&month=2026-13`)).statusCode).toBe(400)
})

it('tells administrators where values are kept', async () => {
  const admin = await test.as('network-admin', '130000')
  const answer = await admin.inject({ url: '/series/status' })
  expect(answer.json()).toMatchObject({ store: 'embedded', series: 6, waitingBatches: 0, awaySinceMs: null })
})

it.each([
  ['zh', '时序数据库暂时无法访问'],
  ['en', 'The store of measured values cannot be reached at the moment'],
])('a store that is away is told in the reader’s language: %s', async (language, title) => {
  const { series: store } = test.context
  const { read } = store
  store.read = () => Promise.reject(new SeriesStoreAway('connection refused'))
  const url = `/series?entity=${end.z}&metric=ifHCInOctets&from=${night}&until=${morning}`
  const answer = await get(url, { 'accept-language': language })
  store.read = read
  expect([answer.statusCode, answer.json().code, answer.json().title]).toEqual([
    503,
    'series-store-away',
    title,
  ])
})
