import type { SampleColumns } from '@zongheng/collector/contract.ts'
import type { MetricName } from '@zongheng/inventory/metric.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { EffectiveCondition, Rule, TrialPart } from './schema.ts'

const minute = 60_000
const hour = 60 * minute
const week = 7 * 24 * hour
let t: TestApp
let ids: Map<string, string>
let city: Awaited<ReturnType<TestApp['as']>>
let county: Awaited<ReturnType<TestApp['as']>>
const region = (code: string) => t.regions.get(code)!

beforeAll(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  city = await t.as('network-admin', '130100')
  county = await t.as('network-admin', '130123')
})
afterAll(() => t.close())

const draft = (more: object = {}) => ({
  regionId: region('130100'),
  basedOn: 'cpu-high',
  name: '核心放宽',
  settings: { above: 95 },
  ...more,
})
const post = (who: typeof city, body: object, url = '/conditions/rules') =>
  who.inject({ method: 'POST', url, body })
const added = async (more: object = {}, who = city): Promise<Rule> => {
  const answer = await post(who, draft(more))
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<Rule>()
}
const archive = (rule: Rule) => city.inject({ method: 'DELETE', url: `/conditions/rules/${rule.id}` })

let seq = 0
const keep = (metric: MetricName, entity: string, samples: [atMs: number, value: number][]) => {
  const columns: SampleColumns = {
    metric,
    ids: [entity],
    entities: samples.map(() => 0),
    atMs: samples.map(([at]) => at),
    values: samples.map(([, value]) => value),
  }
  return t.context.series.append({ collectorId: 'col', epoch: 'e', lane: 'samples', seq: ++seq }, [columns])
}

describe('a rule', () => {
  it('is told with its region, and whose it is to change', async () => {
    const rule = await added({ class: 'core-router' })
    expect(rule).toMatchObject({ basedOn: 'cpu-high', class: 'core-router', settings: { above: 95 }, enabled: true, isOwn: true }) // prettier-ignore
    const seen = (await county.inject({ url: '/conditions/rules' })).json().items as Rule[]
    expect(seen.find(({ id }) => id === rule.id)).toMatchObject({ isOwn: false })
    await archive(rule)
    expect((await county.inject({ url: '/conditions/rules' })).json().items).toEqual([])
  })

  it('of a city is not its county’s to change, nor to switch off', async () => {
    const rule = await added()
    for (const [method, body] of [
      ['PATCH', { enabled: false }],
      ['DELETE', undefined],
    ] as const)
      expect((await county.inject({ method, url: `/conditions/rules/${rule.id}`, body })).statusCode).toBe(
        404,
      )
    expect((await post(county, draft())).statusCode).toBe(404)
    await archive(rule)
  })

  // prettier-ignore
  it.each<[string, object, string]>([
    ['a limit out of range', { settings: { easePercent: 900 } }, '/settings/easePercent'],
    ['a setting of another kind', { settings: { times: 3 } }, '/settings/times'],
    ['a base that is none', { basedOn: 'link-state' }, '/basedOn'],
    ['one limit for all sensors', { basedOn: 'sensor-limit', settings: { above: 20 } }, '/class'],
    ['nothing to judge by', { basedOn: undefined }, '/spec'],
    ['limits in the wrong order', { basedOn: undefined, spec: { kind: 'threshold', metrics: ['responseMs'], as: 'value', classes: [], settings: { above: 9, aboveCritical: 5 } } }, '/spec/settings/aboveCritical'],
  ])('with %s is refused at its place', async (_, more, path) => {
    const answer = await post(city, draft(more))
    expect(answer.statusCode).toBe(400)
    expect(answer.json().errors).toMatchObject([{ path }])
  })

  it('names nothing outside its region', async () => {
    const elsewhere = [...ids].find(([key]) => key.startsWith('省'))?.[1] ?? 'dev_none'
    expect((await post(city, draft({ entities: [elsewhere] }))).statusCode).toBe(404)
  })

  it('says why a limit is what it is', async () => {
    const device = ids.get('市-RT')!
    const rule = await added({ settings: { above: 77, forS: 60 }, name: '市里从严' })
    const { items } = (await city.inject({ url: `/conditions/effective?entityId=${device}&condition=cpu-high` })).json() as { items: EffectiveCondition[] } // prettier-ignore
    const settings = Object.fromEntries(items[0]!.settings.map(({ name, ...one }) => [name, one]))
    expect(settings).toMatchObject({
      above: { value: 77, origin: { from: 'rule', name: '市里从严', by: 'region' } },
      easePercent: { value: 5, origin: { from: 'default' } },
    })
    await archive(rule)
  })
})

describe('tried against history', () => {
  const parts = async (body: object): Promise<TrialPart> => {
    const answer = await post(city, body, '/conditions/try')
    expect(answer.statusCode, answer.body).toBe(200)
    return answer.json<TrialPart>()
  }

  it('says how often, when, of what, and for how long', async () => {
    const device = ids.get('市-RT')!
    const start = t.context.now - 3 * 24 * hour
    const busy = (i: number) => ((i >= 60 && i < 90) || (i >= 300 && i < 302) || i >= 4000 ? 97 : 20)
    await keep(
      'cpuPercent',
      device,
      Array.from({ length: 4010 }, (_, i) => [start + i * minute, busy(i)]),
    )
    const part = await parts({ ...draft({ settings: {} }), days: 7 })
    expect(part).toMatchObject({ next: null, samples: 4010, isCut: false })
    expect(part.events).toEqual([
      { entity: { type: 'device', id: device, name: '市-RT' }, metric: 'cpuPercent', level: 1, at: start + 63 * minute, until: start + 90 * minute, value: 97, unit: '%' },
      expect.objectContaining({ at: start + 4003 * minute, until: null }),
    ]) // prettier-ignore
    expect((await parts({ ...draft({ settings: { above: 98 } }), days: 7 })).events).toEqual([])
    expect((await parts({ ...draft({ settings: { forS: 0 } }), days: 7 })).events).toHaveLength(3)
    expect((await city.inject({ url: '/conditions/rules' })).json().items).toEqual([])
  })

  it('of what is unlike past weeks goes by each hour’s own past', async () => {
    const device = ids.get('市-VPN')!
    const first = Math.floor((t.context.now - 6 * week) / hour) * hour
    const samples: [number, number][] = []
    for (let at = first; at < t.context.now; at += 10 * minute) {
      const isNight = Math.floor(at / hour) % 24 < 8
      const isOdd = at > t.context.now - 30 * hour && at < t.context.now - 28 * hour
      samples.push([at, isOdd ? 500 : isNight ? 10 : 50])
    }
    for (let i = 0; i < samples.length; i += 500) await keep('responseMs', device, samples.slice(i, i + 500))
    const spec = {
      kind: 'deviation',
      metrics: ['responseMs'],
      as: 'value',
      classes: [],
      settings: { forS: 600 },
    }
    const { events } = await parts({ ...draft({ basedOn: undefined, settings: undefined, spec }), days: 3 })
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ entity: { name: '市-VPN' }, value: 500, unit: 'ms' })
    expect(events[0]!.until! - events[0]!.at).toBeLessThan(3 * hour)
  })

  it('of a group goes by the states its members had: what is unknown counts neither way', async () => {
    const { db, now } = t.context
    const names = ['市-RT', '市-VPN']
    const states: [name: string, minutesAgo: number, state: string][] = [
      ['市-RT', 600, 'up'],
      ['市-VPN', 600, 'up'],
      ['市-RT', 300, 'down'],
      ['市-VPN', 240, 'unknown'],
      ['市-RT', 200, 'up'],
    ]
    const common = { entity_type: 'device', region_id: region('130100'), evidence: '[]' }
    for (const name of names) {
      const entity_id = ids.get(name)!
      await db.deleteFrom('entity_states').where('entity_id', '=', entity_id).execute()
      const row = { ...common, entity_id, state: 'up', since: now - 200 * minute }
      await db.insertInto('entity_states').values(row).execute()
    }
    await db
      .insertInto('state_changes')
      .values(
        states.map(([name, ago, to_state], i) => ({
          ...common,
          id: `chg_${i}`,
          entity_id: ids.get(name)!,
          from_state: null,
          to_state,
          at: now - ago * minute,
        })),
      ) // prettier-ignore
      .execute()
    const asked = (percent: number) => {
      const spec = { kind: 'group', metrics: [], as: 'value', classes: [], settings: { percent, least: 1 }, group: { of: 'device', tier: null, per: 'city' } } // prettier-ignore
      return parts({ ...draft({ basedOn: undefined, settings: undefined, spec }), days: 1 })
    }
    expect((await asked(40)).events).toMatchObject([
      { entity: { type: 'region', id: region('130100') }, metric: 'group', value: 50, unit: '%', at: now - 300 * minute, until: now - 200 * minute },
    ]) // prettier-ignore
    expect((await asked(60)).events).toMatchObject([{ at: now - 240 * minute, value: 100 }])
    expect((await asked(100)).events).toEqual([])
  })
})
