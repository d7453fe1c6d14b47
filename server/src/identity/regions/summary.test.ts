import { newId } from '@zongheng/inventory/id.ts'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../../estate/testing.ts'
import { testApp, type TestApp } from '../../testing.ts'
import type { RegionSummary } from '../admin-schema.ts'

type Someone = Awaited<ReturnType<TestApp['as']>>

let t: TestApp
let ids: Map<string, string>
beforeAll(async () => {
  t = await testApp()
  const reloaded = once(t.context.bus, 'estate.reloaded')
  ids = await withSmallEstate(t)
  await reloaded
  await alarm('130123', 'critical')
  await alarm('130109', 'major')
  const root = await alarm('130100', 'major')
  await alarm('130123', 'major', { cause_id: root })
  await alarm('130123', 'critical', { state: 'cleared' })
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!

async function alarm(code: string, severity: string, more: object = {}): Promise<string> {
  const [id, at] = [newId('alarm'), t.context.now]
  const row = {
    id,
    entity_type: 'device',
    entity_id: newId('device'),
    entity_name: '秘密设备',
    region_id: region(code),
    condition: 'device-down',
    severity,
    state: 'firing',
    cause_id: null,
    flapping: 0,
    details: '{}',
    evidence: '[]',
    started_at: at,
    created_at: at,
    updated_at: at,
    ...more,
  }
  await t.context.db.insertInto('alarms').values(row).execute()
  return id
}
const ask = ({ inject }: Someone, code: string) => inject({ url: `/summary?regionId=${region(code)}` })
async function below(by: Someone, code: string): Promise<RegionSummary[]> {
  const answer = await ask(by, code)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<{ items: RegionSummary[] }>().items
}

describe('sums of the regions below', () => {
  it('are of each with all below it', async () => {
    expect(await below(await t.as('manager'), '130000')).toMatchObject([
      {
        region: { name: '石家庄市', tier: 'city' },
        links: { unknown: 3 },
        devices: { unknown: 5 },
        alarms: { critical: 1, major: 2 },
      },
      { region: { name: '唐山市' }, links: { unknown: 1 }, devices: { unknown: 1 }, alarms: {} },
    ])
  })

  it('follow a county to who manages it', async () => {
    const system = await t.as('system-admin')
    const body = { managingParentId: region('130000') }
    const reloaded = once(t.context.bus, 'estate.reloaded')
    await system.inject({ method: 'PATCH', url: `/regions/${region('130123')}`, body })
    await reloaded
    const province = await below(await t.as('manager'), '130000')
    expect(province.map((item) => [item.region.name, item.devices])).toEqual([
      ['石家庄市', { unknown: 4 }],
      ['正定县', { unknown: 1 }],
      ['唐山市', { unknown: 1 }],
    ])
    const again = once(t.context.bus, 'estate.reloaded')
    await system.inject({
      method: 'PATCH',
      url: `/regions/${region('130123')}`,
      body: { managingParentId: null },
    })
    await again
  })

  describe('for an observer of the province who works in a county', () => {
    let observer: Someone
    beforeAll(async () => {
      observer = await t.as('viewer', '130123')
      const security = await t.as('security-admin')
      const body = { userId: observer.userId, role: 'observer', regionId: region('130000') }
      expect((await security.inject({ method: 'POST', url: '/grants', body })).statusCode).toBe(201)
    })

    it('are of regions they cannot look into, without a name from there', async () => {
      const answer = await ask(observer, '130100')
      const [gaocheng] = answer.json<{ items: RegionSummary[] }>().items
      expect(gaocheng).toMatchObject({
        region: { name: '藁城区' },
        devices: { unknown: 1 },
        alarms: { major: 1 },
      })
      for (const secret of ['藁城-RT', '秘密设备', ids.get('藁城-RT')!])
        expect(answer.body).not.toContain(secret)
      expect((await observer.inject({ url: `/devices/${ids.get('藁城-RT')!}` })).statusCode).toBe(404)
      expect((await observer.inject({ url: `/regions/${region('130109')}` })).statusCode).toBe(404)
      expect((await observer.inject({ url: '/devices' })).json().items).toHaveLength(1)
    })
  })

  it.each(['130000', '130109', '130200'])('of %s are none of a county’s business', async (code) => {
    expect((await ask(await t.as('viewer', '130123'), code)).statusCode).toBe(404)
  })

  it('are nothing for who may not add up', async () => {
    expect((await ask(await t.as('requester', '130123'), '130123')).statusCode).toBe(403)
  })
})
