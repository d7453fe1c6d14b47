/** Where regions meet: a link that siblings share, and a county that changes hands. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noDraft } from '../estate/draft.ts'
import { accessWorld, type Person, type World } from './access-world-testing.ts'

let w: World
let shared: string
let sharedAlarm: string
beforeAll(async () => {
  w = await accessWorld()
  shared = await sharedLink()
  sharedAlarm = await w.make.alarm('sibling', w.at.sibling.router)
  const about = { entity_type: 'link', entity_id: shared }
  await w.context.db.updateTable('alarms').set(about).where('id', '=', sharedAlarm).execute()
})
afterAll(() => w.close())

/** 石家庄市 — 唐山市, across: it is 唐山's, as its lower end. */
async function sharedLink(): Promise<string> {
  const draft = noDraft(w.make.regionId('parent'))
  draft.carriers = [{ key: 'carrier', name: '中国电信', hotline: '10000' }]
  draft.links = [
    {
      key: 'shared', upperSiteKey: w.at.own.site, lowerSiteKey: w.at.sibling.site, name: '石唐横向',
      circuits: [{
        key: 'circuit', role: 'primary', number: 'ACROSS', carrierKey: 'carrier', access: 'mstp', bandwidthBps: 1e7, promisedPercent: 99.9,
        monthlyFeeYuan: null, contractUntil: null, leg: null,
        a: { deviceKey: w.at.own.router, ifName: 'GE2' }, z: { deviceKey: w.at.sibling.router, ifName: 'GE2' },
      }],
    },
  ] // prettier-ignore
  const ids = await w.context.db.transaction().execute((tx) => w.services.estate.create(tx, draft))
  await reloaded(async () => w.services.estate.changed(ids.values()))
  return ids.get('shared')!
}

async function reloaded(change: () => Promise<unknown>): Promise<void> {
  const done = once(w.context.bus, 'estate.reloaded')
  await change()
  await done
}

describe('a link that siblings share', () => {
  it.each([
    ['own', 'upper', 'lower', 'sibling'],
    ['sibling', 'lower', 'upper', 'own'],
  ] as const)('is seen by %s with its %s end, and of the %s end the name alone', async (mine, near, far, theirs) => {
    const who = await w.person('network-admin', mine === 'own' ? '130100' : '130200')
    const answer = await who.ask('GET', { url: `/links/${shared}` })
    expect(answer.json()).toMatchObject({
      [near]: { device: { id: w.at[mine].router, name: `router ${mine}` } },
      [far]: { site: { name: `site ${theirs}` }, device: { id: '', name: '', hardware: '', address: '' } },
    })
    expect(answer.body).not.toContain(w.at[theirs].router)
    expect(answer.body).not.toContain(`router ${theirs}`)
    for (const url of [`/devices/${w.at[theirs].router}`, `/sites/${w.at[theirs].site}`, `/links/${w.at[theirs].link}`])
      expect((await who.ask('GET', { url })).statusCode, url).toBe(404)
    expect((await who.ask('GET', { url: '/links' })).body).toContain(shared)
  }) // prettier-ignore

  it('names in its alarm no device of the other side', async () => {
    const who = await w.person('network-admin', '130200')
    const { devices } = (await who.ask('GET', { url: `/alarms/${sharedAlarm}` })).json()
    expect(devices).toEqual([{ id: w.at.sibling.router, name: 'router sibling' }])
  })

  it('lets none of them make another across', async () => {
    const who = await w.person('network-admin')
    const circuit = { role: 'primary', number: 'X', carrier: 'Y', access: 'mstp', bandwidthBps: 1, aInterfaceId: w.at.own.interface, zInterfaceId: w.at.sibling.interface } // prettier-ignore
    const body = { upperSiteId: w.at.own.site, lowerSiteId: w.at.sibling.site, circuits: [circuit] }
    expect((await who.ask('POST', { url: '/links', body })).statusCode).toBe(404)
  })
})

describe('省管县: a county that its province manages', () => {
  const urls = () => {
    const { router, link, alarm, ticket, site } = w.at.child
    return [`/devices/${router}`, `/links/${link}`, `/alarms/${alarm}`, `/tickets/${ticket}`, `/sites/${site}`, `/sites/${site}/history?from=1&until=2`] // prettier-ignore
  }
  const statuses = async (who: Person) =>
    Promise.all(urls().map(async (url) => (await who.ask('GET', { url })).statusCode))
  const manage = async (managingParentId: string | null) => {
    const officer = await w.person('system-admin', '130000')
    const body = { managingParentId, reason: '省直管县' }
    await reloaded(() => officer.ask('PATCH', { url: `/regions/${w.at.child.region}`, body }))
  }

  it('is the city’s no longer, and the city’s again when it is given back', async () => {
    const [city, province] = [await w.person('network-admin'), await w.person('network-admin', '130000')]
    expect(new Set(await statuses(city))).toEqual(new Set([200]))
    await manage(w.at.parent.region)
    expect(new Set(await statuses(city))).toEqual(new Set([404]))
    expect(new Set(await statuses(province))).toEqual(new Set([200]))
    expect((await city.ask('GET', { url: '/devices?limit=200' })).body).not.toContain(w.at.child.router)
    await manage(null)
    expect(new Set(await statuses(city))).toEqual(new Set([200]))
  })
})
