import type { Surroundings } from '@zongheng/inventory/surroundings.ts'
import { textOf } from '@zongheng/inventory/octets.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deviceFact, interfaceFacts, withSmallEstate } from '../estate/testing.ts'
import { encodeGb18030 } from '../http/gb18030.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { Point } from './schema.ts'

let test: TestApp
let ids: Map<string, string>
let city: Awaited<ReturnType<TestApp['as']>>
let county: typeof city
let siteId: string
let ports: Map<string, string>
const month = 31 * 24 * 3_600_000

beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  city = await test.as('network-admin', '130100')
  county = await test.as('network-admin', '130123')
  const interfaces = ['GE0/0/1', 'GE0/0/2', 'GE0/0/3'].map((name, i) => interfaceFacts(name, { ifIndex: i + 1, ifAlias: name, ifOperStatus: name === 'GE0/0/3' ? 'down' : 'up' })) // prettier-ignore
  for (const key of ['市-RT', '藁城-RT'])
    await test.services.estate.applyFact(
      test.context.db,
      deviceFact(ids.get(key)!, { interfaces, atMs: test.context.now - month }),
    )
  test.services.estate.changed(ids.values())
  const { devices } = await test.services.estate.model()
  siteId = devices.get(ids.get('市-RT')!)!.siteId
  ports = new Map(devices.get(ids.get('市-RT')!)!.interfaces.map(({ id, ifName }) => [ifName, id]))
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.context.db.deleteFrom('information_points').execute()
  await test.context.db.deleteFrom('device_surroundings').execute()
})

const ask = async <T>(who: typeof city, method: string, url: string, body?: object) => {
  const answer = await who.inject({ method: method as 'GET', url, ...(body && { body }) })
  return { status: answer.statusCode, body: (answer.body ? answer.json() : null) as T & { code?: string; detail?: string } } // prettier-ignore
}
const add = async (body: object) => (await ask<Point>(city, 'POST', '/points', { siteId, ...body })).body
const list = async (query = '', who = city) => (await ask<{ items: Point[] }>(who, 'GET', `/points?${query}`)).body.items // prettier-ignore
const codes = async (query?: string, who?: typeof city) => (await list(query, who)).map(({ code }) => code)

async function upload(file: Buffer, who = city, language = 'zh') {
  const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
  const headers = { 'content-type': 'multipart/form-data; boundary=x', 'accept-language': language, origin: 'http://localhost', host: 'localhost' } // prettier-ignore
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--x--\r\n')])
  const answer = await who.inject({ method: 'POST', url: '/points/import', body, headers })
  return { status: answer.statusCode, body: answer.json() as { added?: number; changed?: number; errors?: { row: number; column: string; code: string }[] } } // prettier-ignore
}

describe('an information point', () => {
  it('is recorded once, when several record it at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(city, 'POST', '/points', { siteId, code: 'B1' }))) // prettier-ignore
    const statuses = Map.groupBy(answers, ({ status }) => status)
    expect([statuses.get(201)?.length, statuses.get(409)?.length]).toEqual([1, 7])
  })

  it('shows what hangs on its port, to those who see the switch', async () => {
    const { id } = await add({ code: 'A1', interfaceId: ports.get('GE0/0/1') })
    const stations = { ports: [{ ifName: 'GE0/0/1', macs: ['000e4c000001'] }, { ifName: 'GE0/0/2', macs: ['000e4c000002'] }], crowded: [], hosts: [{ mac: '000e4c000001', address: '10.1.7.20' }] } // prettier-ignore
    await test.services.stations.take(test.context.db, { kind: 'stations', deviceId: ids.get('市-RT')!, atMs: 5, stations }) // prettier-ignore
    const { body } = await ask<Point>(city, 'GET', `/points/${id}`)
    expect(body.stations).toEqual([{ mac: '000e4c000001', addresses: ['10.1.7.20'], device: null }])
  })

  it('tells that what hangs there is on another port of the switch', async () => {
    const [switchId, upsId] = [ids.get('市-RT')!, ids.get('市-UPS')!]
    const fact = deviceFact(upsId, {
      interfaces: [interfaceFacts('eth0', { ifPhysAddress: '00aa00000009' })],
    })
    await test.services.estate.applyFact(test.context.db, fact)
    const { id } = await add({
      code: 'A2',
      interfaceId: ports.get('GE0/0/1'),
      deviceId: upsId,
      state: 'used',
    })
    const seen = async (...on: string[]) => {
      const stations = {
        ports: on.map((ifName) => ({ ifName, macs: ['00aa00000009'] })),
        crowded: [],
        hosts: [],
      }
      await test.services.stations.take(test.context.db, { kind: 'stations', deviceId: switchId, atMs: 6, stations }) // prettier-ignore
      const { findings, otherPort } = (await ask<Point>(city, 'GET', `/points/${id}`)).body
      return { findings, otherPort }
    }
    expect(await seen('GE0/0/3')).toEqual({ findings: ['other-port'], otherPort: 'GE0/0/3' })
    expect(await seen('GE0/0/1', 'GE0/0/3')).toEqual({ findings: [], otherPort: null })
    expect(await seen()).toEqual({ findings: [], otherPort: null })
  })

  it('is recorded with its port and what hangs there, and shows the port as it is', async () => {
    const point = await add({ code: ' 3F-A-012 ', place: '302 室门边', interfaceId: ports.get('GE0/0/1'), deviceId: ids.get('市-UPS'), usedBy: '预算股', state: 'used' }) // prettier-ignore
    expect(point).toMatchObject({
      code: '3F-A-012',
      site: { name: '市机房' },
      room: null,
      device: { name: '市-UPS' },
      port: {
        device: { name: '市-RT' },
        ifName: 'GE0/0/1',
        ifOperStatus: 'up',
        ifSpeedBps: 1e9,
        isGone: false,
      },
      findings: [],
    })
    expect(await codes(`deviceId=${ids.get('市-RT')}`)).toEqual(['3F-A-012'])
    expect(await codes(`deviceId=${ids.get('市-UPS')}`)).toEqual(['3F-A-012'])
    for (const q of ['a-012', '门边', '预算', 'GE0/0/1', '市-ups']) expect(await codes(`q=${encodeURIComponent(q)}`), q).toEqual(['3F-A-012']) // prettier-ignore
    expect(await codes('q=100%25')).toEqual([])
  })

  it('is changed in part, and removed; a wrong change leaves it as it was', async () => {
    const { id } = await add({ code: 'A', place: '门边' })
    expect((await ask<Point>(city, 'PATCH', `/points/${id}`, { state: 'faulty' })).body).toMatchObject({ place: '门边', state: 'faulty' }) // prettier-ignore
    expect((await ask(city, 'PATCH', `/points/${id}`, { roomId: 'rom_0' })).status).toBe(404)
    expect((await ask(city, 'DELETE', `/points/${id}`)).status).toBe(204)
    expect((await ask(city, 'GET', `/points/${id}`)).status).toBe(404)
  })

  it('shares neither its code nor its port with another, and the refusal names that one', async () => {
    const first = await add({ code: 'A', interfaceId: ports.get('GE0/0/1') })
    expect(await ask(city, 'POST', '/points', { siteId, code: 'A' })).toMatchObject({ status: 409, body: { code: 'point-code-taken' } }) // prettier-ignore
    const refused = await ask(city, 'POST', '/points', { siteId, code: 'B', interfaceId: ports.get('GE0/0/1') }) // prettier-ignore
    expect(refused).toMatchObject({ status: 409, body: { code: 'point-port-taken' } })
    expect(refused.body.detail).toContain('A（市机房）')
    const other = await add({ code: 'B' })
    expect((await ask(city, 'PATCH', `/points/${other.id}`, { interfaceId: ports.get('GE0/0/1') })).status).toBe(409) // prettier-ignore
    expect((await ask(city, 'PATCH', `/points/${first.id}`, { interfaceId: ports.get('GE0/0/1') })).status).toBe(200) // prettier-ignore
  })

  it('is nobody else’s, and joins nothing that is', async () => {
    const { id } = await add({ code: 'A' })
    expect(await codes('', county)).toEqual([])
    expect((await ask(county, 'GET', `/points/${id}`)).status).toBe(404)
    const { devices } = await test.services.estate.model()
    const own = devices.get(ids.get('正定-RT')!)!.siteId
    expect((await ask(county, 'POST', '/points', { siteId, code: 'B' })).status).toBe(404)
    for (const more of [{ interfaceId: ports.get('GE0/0/1') }, { deviceId: ids.get('市-RT') }])
      expect((await ask(county, 'POST', '/points', { siteId: own, code: 'B', ...more })).status).toBe(404)
  })

  it('tells where the port shows something else, and is found by that', async () => {
    const said: Surroundings = { chassisId: '', addresses: [], peers: [], cables: [{ protocol: 'lldp', ifName: 'GE0/0/2', sysName: 'AP-7', chassisId: 'aabbccddeeff', portId: '1', portDescr: '' }] } // prettier-ignore
    await test.context.db.insertInto('device_surroundings').values({ device_id: ids.get('市-RT')!, surroundings: JSON.stringify(said), at: 1 }).execute() // prettier-ignore
    await add({ code: 'A', interfaceId: ports.get('GE0/0/1'), state: 'free' })
    await add({ code: 'B', interfaceId: ports.get('GE0/0/2'), deviceId: ids.get('市-UPS'), state: 'used' })
    await add({ code: 'C', interfaceId: ports.get('GE0/0/3'), state: 'used' })
    await add({ code: 'D', state: 'used' })
    expect((await list()).map(({ code, findings }) => [code, findings.join()])).toEqual([
      ['A', 'free-but-up'],
      ['B', 'other-neighbour'],
      ['C', 'used-but-quiet'],
      ['D', ''],
    ])
    expect((await list('q=AP')).length).toBe(0)
    expect((await list())[1]!.neighbours).toMatchObject([{ sysName: 'AP-7', portId: '1' }])
    const page = (await ask<{ items: Point[]; next: string }>(city, 'GET', '/points?differs=true&limit=2'))
      .body
    expect(page.items.map(({ code }) => code)).toEqual(['A', 'B'])
    expect(await codes(`differs=true&limit=2&cursor=${page.next}`)).toEqual(['C'])
    expect(await codes('state=free')).toEqual(['A'])
  })

  it('says that its port is gone', async () => {
    await add({ code: 'A', interfaceId: ports.get('GE0/0/2') })
    await test.context.db.updateTable('interfaces').set({ if_index: null }).where('id', '=', ports.get('GE0/0/2')!).execute() // prettier-ignore
    expect((await list())[0]).toMatchObject({ port: { isGone: true }, findings: ['port-gone'] })
    await test.context.db.updateTable('interfaces').set({ if_index: 2 }).where('id', '=', ports.get('GE0/0/2')!).execute() // prettier-ignore
  })
})

describe('a file of points', () => {
  const file = (...rows: string[]) => Buffer.from(['站点,信息点编号,位置,交换机,端口,接入资产,状态', ...rows].join('\n')) // prettier-ignore

  it.each(['utf-8', 'gb18030'] as const)(
    'goes out and in again in %s, and changes nothing by that',
    async (encoding) => {
      // prettier-ignore
      await add({ code: 'A', place: '=门边,"左"', interfaceId: ports.get('GE0/0/1'), asset: '台式机', state: 'used' }) // prettier-ignore
      const before = await list()
      const answer = await city.inject({ url: `/points.csv?encoding=${encoding}` })
      expect(answer.headers['content-type']).toBe(`text/csv; charset=${encoding}`)
      expect(textOf(answer.rawPayload)).toContain('"A","","\'=门边,""左""","","市-RT","GE0/0/1"')
      expect(await upload(answer.rawPayload)).toMatchObject({ status: 200, body: { added: 0, changed: 0 } })
      expect(await list()).toEqual(before)
    },
  )

  it('adds points, says their state by what hangs there, and is understood in GB18030', async () => {
    const rows = file('市机房,A,门边,市-RT,GE0/0/1,台式机,', '市机房,B,,,,,', '市机房,C,,,,,故障')
    expect(await upload(encodeGb18030(rows.toString()))).toMatchObject({ status: 200, body: { added: 3, changed: 0 } }) // prettier-ignore
    expect((await list()).map(({ code, place, state, port }) => [code, place, state, port?.ifName])).toEqual([
      ['A', '门边', 'used', 'GE0/0/1'],
      ['B', '', 'free', undefined],
      ['C', '', 'faulty', undefined],
    ])
  })

  it('changes what exists in its own columns alone, and lets two exchange their ports', async () => {
    await upload(file('市机房,A,门边,市-RT,GE0/0/1,台式机,', '市机房,B,,市-RT,GE0/0/2,,'))
    const swapped = Buffer.from('站点,信息点编号,交换机,端口\n市机房,A,市-RT,GE0/0/2\n市机房,B,市-RT,GE0/0/1')
    expect(await upload(swapped)).toMatchObject({ body: { added: 0, changed: 2 } })
    expect((await list()).map(({ code, place, asset, port }) => [code, place, asset, port?.ifName])).toEqual([
      ['A', '门边', '台式机', 'GE0/0/2'],
      ['B', '', '', 'GE0/0/1'],
    ])
  })

  it('is taken over whole or not at all, and every wrong cell is named', async () => {
    await add({ code: 'Z', interfaceId: ports.get('GE0/0/3') })
    const { status, body } = await upload(
      file('市机房,A,,,,,', '别处,B,,,,,', '市机房,A,,,,,', '市机房,C,,市-RT,GE9,,', '市机房,D,,,GE0/0/1,,', '市机房,E,,市-RT,GE0/0/3,,', '市机房,F,,没有,GE0/0/1,,', '市机房,G,,,,,坏'), // prettier-ignore
    )
    expect(status).toBe(422)
    expect(body.errors?.map(({ row, column, code }) => [row, column, code]).sort()).toEqual([
      [3, '站点', 'unknown-site'],
      [4, '信息点编号', 'duplicate-code'],
      [5, '端口', 'unknown-port'],
      [6, '交换机', 'port-without-device'],
      [7, '端口', 'port-taken'],
      [8, '交换机', 'unknown-device'],
      [9, '状态', 'unknown-word'],
    ])
    expect(await codes()).toEqual(['Z'])
  })

  it('knows the sites and devices of whoever sends it alone', async () => {
    expect((await upload(file('市机房,A,,,,,'), county)).body.errors).toMatchObject([{ code: 'unknown-site' }]) // prettier-ignore
    expect((await upload(file('正定机房,A,,市-RT,GE0/0/1,,'), county)).body.errors).toMatchObject([{ code: 'unknown-device' }]) // prettier-ignore
  })

  it('may be the template, filled in by nobody', async () => {
    const answer = await city.inject({ url: '/points/import/template' })
    expect(await upload(answer.rawPayload)).toMatchObject({ status: 200, body: { added: 0, changed: 0 } })
  })
})
