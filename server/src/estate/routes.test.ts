import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { deviceFact, interfaceFacts, sensorFacts, withSmallEstate } from './testing.ts'

let test: TestApp
let ids: Map<string, string>
let province: Awaited<ReturnType<TestApp['as']>>
let county: typeof province
let otherCity: typeof province
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  const fact = deviceFact(ids.get('正定-RT')!, {
    interfaces: [interfaceFacts('GE0/0/2', { ifIndex: 2 }), interfaceFacts('GE0/0/1')],
    sensors: [sensorFacts('fan.1'), sensorFacts('temperature.1')],
  })
  await test.services.estate.applyFact(test.context.db, fact)
  province = await test.as('network-admin', '130000')
  county = await test.as('engineer', '130123')
  otherCity = await test.as('engineer', '130200')
})
afterAll(() => test.close())

const names = async (who: typeof province, url: string): Promise<string[]> => {
  const answer = await who.inject({ url })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json().items.map((item: { name: string }) => item.name)
}

describe('lists show what is in scope', () => {
  it.each<[string, () => typeof province, string, string[]]>([
    [
      'sites of the province, tier by tier',
      () => province,
      '/sites',
      ['省机房', '市机房', '藁城机房', '正定机房', '唐山机房'],
    ],
    ['sites of a county', () => county, '/sites', ['正定机房']],
    ['sites by name', () => province, '/sites?q=%E8%97%81', ['藁城机房']],
    ['devices of a county', () => county, '/devices', ['正定-RT']],
    ['devices by role', () => province, '/devices?role=ups', ['市-UPS']],
    ['devices by address', () => province, '/devices?q=127.1.0.8', ['唐山-RT']],
    ['devices by model, whatever the case', () => province, '/devices?q=ar6121', ['正定-RT']],
    ['devices that mention a wildcard', () => province, '/devices?q=%25', []],
    ['devices that nobody has judged', () => county, '/devices?state=unknown', ['正定-RT']],
    ['devices that are down', () => province, '/devices?state=down', []],
    ['a link from its lower end', () => county, '/links', ['市机房–正定机房']],
    [
      'a link from its upper end',
      () => province,
      '/links',
      ['省机房–市机房', '市机房–藁城机房', '市机房–正定机房', '省机房–唐山机房'],
    ],
    ['links of another city', () => otherCity, '/links', ['省机房–唐山机房']],
    ['links in a state', () => county, '/links?state=unknown', ['市机房–正定机房']],
  ])('%s', async (_name, who, url, expected) => {
    expect(await names(who(), url)).toEqual(expected)
  })

  it('narrowed to a subtree or a site', async () => {
    const city = test.regions.get('130100')
    expect(await names(province, `/devices?regionId=${city}&limit=200`)).toHaveLength(5)
    expect(await names(otherCity, `/devices?regionId=${city}`)).toEqual([])
    expect(await names(province, `/links?siteId=${ids.get('省')}`)).toHaveLength(2)
    expect(await names(province, `/devices?siteId=${ids.get('市')}`)).toEqual(['市-RT', '市-UPS', '市-VPN'])
  })

  it.each(['/devices', '/devices?state=unknown', '/interfaces', '/sites', '/links', '/links?state=unknown'])(
    'page by page, each once: %s',
    async (url) => {
      const seen: string[] = []
      let cursor = ''
      for (let pages = 0; pages < 30; pages++) {
        const separator = url.includes('?') ? '&' : '?'
        const page = (await province.inject({ url: `${url}${separator}limit=2${cursor}` })).json()
        seen.push(...page.items.map((item: { id: string }) => item.id))
        if (!page.next) break
        cursor = `&cursor=${page.next}`
      }
      const all = (await province.inject({ url: `${url}${url.includes('?') ? '&' : '?'}limit=200` })).json()
      expect(seen).toEqual(all.items.map((item: { id: string }) => item.id))
      expect(new Set(seen).size).toBe(seen.length)
    },
  )

  it('interfaces in the order of their ifIndex, with the circuits they end', async () => {
    const { items } = (await county.inject({ url: `/interfaces?deviceId=${ids.get('正定-RT')}` })).json()
    expect(items.map((i: { ifName: string }) => i.ifName)).toEqual([
      'GE0/0/1',
      'GE0/0/2',
      'up-正定-主',
      'up-正定-备',
    ])
    expect(items.map((i: { circuitId: string | null }) => i.circuitId)).toEqual([
      null,
      null,
      ids.get('正定-主'),
      ids.get('正定-备'),
    ])
    expect(
      (await otherCity.inject({ url: `/interfaces?deviceId=${ids.get('正定-RT')}` })).json().items,
    ).toEqual([])
  })

  it('sensors of a device', async () => {
    const { items } = (await county.inject({ url: `/sensors?deviceId=${ids.get('正定-RT')}` })).json()
    expect(items).toMatchObject([
      { key: 'fan.1', severity: 'unknown', value: null },
      { key: 'temperature.1', highWarn: 35 },
    ])
  })
})

describe('one of each', () => {
  it.each<[string, () => string]>([
    ['site', () => `/sites/${ids.get('省')}`],
    ['device', () => `/devices/${ids.get('市-RT')}`],
    ['link', () => `/links/${ids.get('省-唐山')}`],
    ['nonsense', () => '/devices/dev_0'],
  ])('outside the scope does not exist: %s', async (_name, url) => {
    const answer = await county.inject({ url: url() })
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not-found'])
  })

  it('a device with its identity', async () => {
    const answer = await county.inject({ url: `/devices/${ids.get('正定-RT')}` })
    expect(answer.json()).toMatchObject({
      name: '正定-RT',
      hardware: 'AR6121',
      sysName: 'ZD-RT-01',
      state: 'unknown',
    })
  })

  it('a link with both ends and its circuits, primary first', async () => {
    const answer = await province.inject({ url: `/links/${ids.get('市-正定')}` })
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.json()).toMatchObject({
      state: 'unknown', tier: 'county', upperSite: { name: '市机房' }, lowerSite: { name: '正定机房' },
      circuits: [{ role: 'primary', carrier: '中国电信', number: 'NO-正定-主' }, { role: 'backup', carrier: '中国移动' }],
      upper: { device: { name: '市-RT' } }, lower: { device: { name: '正定-RT', hardware: 'AR6121' } },
      circuitDetails: [{ hotline: '10000', a: { ifName: 'to-正定-主' }, legAddress: '127.1.1.1' }, { hotline: '10086' }],
      below: { sites: 1, devices: 1 }, activeCircuitId: null, openTicket: null,
    }) // prettier-ignore
  })

  it('all that hangs below a link', async () => {
    const answer = await province.inject({ url: `/links/${ids.get('省-市')}` })
    expect(answer.json().below).toEqual({ sites: 3, devices: 5 })
  })
})

describe('a link made by hand', () => {
  const interfaceId = async (device: string, ifName: string) => {
    const { items } = (
      await province.inject({ url: `/interfaces?deviceId=${ids.get(device)}&limit=200` })
    ).json()
    return items.find((i: { ifName: string }) => i.ifName === ifName).id
  }
  const newLink = async (more: object = {}, circuit: object = {}) => ({
    upperSiteId: ids.get('唐山'),
    lowerSiteId: ids.get('正定'),
    circuits: [
      { role: 'primary', number: 'TS-1', carrier: '中国电信', access: 'fibre', bandwidthBps: 2e6,
        aInterfaceId: await interfaceId('唐山-RT', 'up-唐山-主'), zInterfaceId: await interfaceId('正定-RT', 'GE0/0/1'), ...circuit },
    ],
    ...more,
  }) // prettier-ignore

  it('joins two sites', async () => {
    const answer = await province.inject({
      method: 'POST',
      url: '/links',
      body: await newLink({}, { legAddress: '127.1.9.9' }),
    })
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json()).toMatchObject({
      name: '唐山机房–正定机房',
      circuits: [{ number: 'TS-1', carrier: '中国电信' }],
      circuitDetails: [{ hotline: '10000' }],
    })
    expect(await names(county, '/links')).toContain('唐山机房–正定机房')
    const again = await province.inject({ method: 'POST', url: '/links', body: await newLink() })
    expect([again.statusCode, again.json().code]).toEqual([409, 'duplicate-circuit'])
  })

  it.each<[string, () => Promise<object>, number, string]>([
    ['a site out of nowhere', () => newLink({ upperSiteId: 'sit_0' }), 404, 'not-found'],
    ['a site to itself', () => newLink({ upperSiteId: ids.get('正定') }), 422, '/lowerSiteId'],
    [
      'an interface elsewhere',
      async () => newLink({}, { aInterfaceId: await interfaceId('省-RT', 'to-市-主') }),
      422,
      '/circuits/0/aInterfaceId',
    ],
    ['a backup first', () => newLink({}, { role: 'backup' }), 422, '/circuits/0/role'],
    ['no bandwidth', () => newLink({}, { bandwidthBps: 0 }), 400, '/circuits/0/bandwidthBps'],
  ])('is refused with %s', async (_name, body, status, where) => {
    const answer = await province.inject({ method: 'POST', url: '/links', body: await body() })
    expect(answer.statusCode, answer.body).toBe(status)
    expect(answer.body).toContain(where)
  })

  it('is not for everyone', async () => {
    const answer = await county.inject({ method: 'POST', url: '/links', body: await newLink() })
    expect(answer.statusCode).toBe(403)
  })
})
