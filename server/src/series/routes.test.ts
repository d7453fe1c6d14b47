import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceFact, sensorFacts, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'

const t0 = 1_795_000_200_000 // a whole ten minutes
const min = 60_000

let test: TestApp
let ids: Map<string, string>
let county: Awaited<ReturnType<TestApp['as']>>
let end: { a: string; z: string }
let sensorId: string
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  county = await test.as('engineer', '130123')
  const { estate, series } = test.services
  await estate.applyFact(
    test.context.db,
    deviceFact(ids.get('正定-RT')!, { sensors: [sensorFacts('temperature.1')] }),
  )
  estate.changed([])
  const model = await estate.model()
  const circuit = model.circuits.get(ids.get('正定-主')!)!
  end = { a: circuit.a.interfaceId, z: circuit.z.interfaceId }
  sensorId = model.devices.get(ids.get('正定-RT')!)!.sensors[0]!.id
  const at = (i: number) => t0 + i * min
  await series.append({ collectorId: 'col_1', epoch: 'a', lane: 'samples', seq: 1 }, [
    {
      metric: 'ifHCInOctets',
      ids: [end.a],
      entities: [0, 0],
      atMs: [at(1), at(2)],
      startMs: [at(0), at(1)],
      values: [7500, 15000],
    },
    { metric: 'ifInErrors', ids: [end.a], entities: [0], atMs: [at(1)], startMs: [at(0)], values: [120] },
    { metric: 'value', ids: [sensorId], entities: [0], atMs: [at(1)], values: [23.5] },
    { metric: 'probeRttMs', ids: [ids.get('正定-主')!], entities: [0], atMs: [at(1)], values: [4.2] },
  ])
})
afterAll(() => test.close())

const ask = (query: string, from = t0, until = t0 + 10 * min) =>
  county.inject({ url: `/series?${query}&from=${from}&until=${until}&points=10` })

describe('series for a chart', () => {
  it.each<[string, () => string, string, (number | null)[]]>([
    ['octets as bit/s', () => `entity=${end.a}&metric=ifHCInOctets`, 'bit/s', [1000, 2000]],
    ['packets a second', () => `entity=${end.a}&metric=ifInErrors`, '1/s', [2, null]],
    ['a sensor in its own unit', () => `entity=${sensorId}&metric=value`, '°C', [null, 23.5]],
    ['milliseconds', () => `entity=${ids.get('正定-主')}&metric=probeRttMs`, 'ms', [null, 4.2]],
    ['what nobody measured', () => `entity=${end.z}&metric=ifHCInOctets`, 'bit/s', [null, null]],
  ])('%s', async (_name, query, unit, mean) => {
    const answer = await ask(query())
    expect(answer.statusCode, answer.body).toBe(200)
    const [series] = answer.json().items
    expect(series).toMatchObject({ unit, stepMs: min, atMs: expect.arrayContaining([t0]) })
    expect(series.mean.slice(0, 2)).toEqual(mean)
  })

  it('every entity with every metric', async () => {
    const { items } = (
      await ask(`entity=${end.a}&entity=${end.z}&metric=ifHCInOctets&metric=ifHCOutOctets`)
    ).json()
    expect(items.map((s: { entityId: string; metric: string }) => `${s.entityId} ${s.metric}`)).toEqual([
      `${end.a} ifHCInOctets`, `${end.a} ifHCOutOctets`, `${end.z} ifHCInOctets`, `${end.z} ifHCOutOctets`,
    ]) // prettier-ignore
  })

  it.each<[string, () => string, number, number, number, string]>([
    [
      'a device of another region',
      () => `entity=${ids.get('唐山-RT')}&metric=cpuPercent`,
      t0,
      t0 + min,
      404,
      'not-found',
    ],
    ['what is no entity', () => 'entity=x&metric=cpuPercent', t0, t0 + min, 404, 'not-found'],
    ['an unknown metric', () => `entity=${end.a}&metric=ifSpeed`, t0, t0 + min, 422, 'unknown-metric'],
    ['an end before its start', () => `entity=${end.a}&metric=ifHCInOctets`, t0, t0, 422, 'bad-period'],
    ['a period of years', () => `entity=${end.a}&metric=ifHCInOctets`, 0, t0, 422, 'bad-period'],
    ['no entity', () => 'metric=cpuPercent', t0, t0 + min, 400, 'invalid'],
  ])('refuses %s', async (_name, query, from, until, status, code) => {
    const answer = await ask(query(), from, until)
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  })
})

it('volumes are exact, pro rata at the edges', async () => {
  expect(await test.services.series.volume(end.a, 'ifHCInOctets', t0 + min / 2, t0 + 2 * min)).toEqual({
    total: 3750 + 15000,
    coveredMs: 1.5 * min,
  })
})
