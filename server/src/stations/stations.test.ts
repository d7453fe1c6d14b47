import type { Stations } from '@zongheng/inventory/surroundings.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deviceFact, interfaceFacts, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { DeviceStations, FoundStations } from './schema.ts'

let test: TestApp
let ids: Map<string, string>
const [pc, phone, ours] = ['000e4c000001', '001565000002', '4c1fcc000003']

const tell = (key: string, atMs: number, told: Partial<Stations>) =>
  test.context.db.transaction().execute(
    (tx) =>
      test.services.stations.take(tx, { kind: 'stations', deviceId: ids.get(key)!, atMs, stations: { ports: [], crowded: [], hosts: [], ...told } }), // prettier-ignore
  )
const ask = async <T>(url: string, region = '130000') => {
  const answer = await (await test.as('engineer', region)).inject({ url })
  return { status: answer.statusCode, body: answer.json<T>() }
}
const on = async (key: string, region?: string) => (await ask<DeviceStations>(`/devices/${ids.get(key)}/stations`, region)).body // prettier-ignore
const find = async (q: string, region?: string) =>
  (await ask<FoundStations>(`/stations?q=${encodeURIComponent(q)}`, region)).body.items.map((one) => `${one.switch.name} ${one.ifName} ${one.mac} ${one.beside}`) // prettier-ignore

beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  const fact = deviceFact(ids.get('藁城-RT')!, { interfaces: [interfaceFacts('GE0/0/1', { ifPhysAddress: ours })] }) // prettier-ignore
  await test.services.estate.applyFact(test.context.db, fact)
  test.services.estate.changed(ids.values())
  await tell('正定-RT', 10, {
    ports: [
      { ifName: 'GE0/0/7', macs: [pc, phone] },
      { ifName: 'GE0/0/8', macs: [ours] },
    ],
    crowded: [{ ifName: 'GE0/0/24', count: 300 }],
    hosts: [{ mac: pc, address: '10.1.7.20' }],
  })
  await tell('市-RT', 10, {
    ports: [{ ifName: 'GE0/0/1', macs: [pc, phone, ours] }],
    hosts: [
      { mac: pc, address: '10.9.9.9' },
      { mac: phone, address: '10.1.7.21' },
    ],
  })
  await tell('唐山-RT', 10, { hosts: [{ mac: phone, address: '172.16.0.1' }] })
})
afterAll(() => test.close())

it('names what hangs on each port by the addresses that its own region and those above know, and by our devices', async () => {
  expect(await on('正定-RT')).toEqual({
    at: 10,
    items: [
      { ifName: 'GE0/0/7', mac: pc, since: 10, addresses: ['10.1.7.20', '10.9.9.9'], device: null },
      { ifName: 'GE0/0/7', mac: phone, since: 10, addresses: ['10.1.7.21'], device: null },
      { ifName: 'GE0/0/8', mac: ours, since: 10, addresses: [], device: { id: ids.get('藁城-RT'), name: '藁城-RT' } }, // prettier-ignore
    ],
    crowded: [{ ifName: 'GE0/0/24', count: 300 }],
  })
  expect(await on('省-RT')).toEqual({ at: null, items: [], crowded: [] })
})

it('keeps to what the viewer may see', async () => {
  const [, , cable] = (await on('正定-RT', '130123')).items
  expect(cable!.device).toBeNull()
  expect((await ask(`/devices/${ids.get('市-RT')}/stations`, '130123')).status).toBe(404)
  expect(await find(pc, '130123')).toEqual([`正定-RT GE0/0/7 ${pc} 1`])
  expect(await find(pc, '130200')).toEqual([])
})

it.each([
  ['a whole MAC, where fewest others hang first', '00:0E:4C:00:00:01', [`正定-RT GE0/0/7 ${pc} 1`, `市-RT GE0/0/1 ${pc} 2`]], // prettier-ignore
  ['part of one, as Cisco writes it', '1565.0000', [`正定-RT GE0/0/7 ${phone} 1`, `市-RT GE0/0/1 ${phone} 2`]], // prettier-ignore
  ['the beginning of an address', '10.1.7.', [`正定-RT GE0/0/7 ${pc} 1`, `正定-RT GE0/0/7 ${phone} 1`, `市-RT GE0/0/1 ${pc} 2`, `市-RT GE0/0/1 ${phone} 2`]], // prettier-ignore
  ['an address that nobody has', '10.1.8.1', []],
  ['too little of one', '0e4', []],
  ['what is none', '正定%', []],
])('finds by %s', async (_, q, found) => {
  expect(await find(q)).toEqual(found)
})

it('what stays keeps its time, what moved or went is no longer where it was', async () => {
  await tell('正定-RT', 20, {
    ports: [
      { ifName: 'GE0/0/7', macs: [pc] },
      { ifName: 'GE0/0/9', macs: [phone] },
    ],
    hosts: [{ mac: phone, address: '10.1.7.20' }],
  })
  const { items, crowded, at } = await on('正定-RT')
  expect(items.map(({ ifName, mac, since, addresses }) => [ifName, mac, since, addresses])).toEqual([
    ['GE0/0/7', pc, 10, ['10.9.9.9']],
    ['GE0/0/9', phone, 20, ['10.1.7.20', '10.1.7.21']],
  ])
  expect([crowded, at]).toEqual([[], 20])
})

it('takes nothing of a device that there is not', async () => {
  const { db } = test.context
  const stations = { ports: [{ ifName: 'x', macs: [pc] }], crowded: [], hosts: [] }
  await test.services.stations.take(db, { kind: 'stations', deviceId: 'dev_none', atMs: 30, stations })
  const known = await db.selectFrom('station_tellings').select('device_id').execute()
  expect(known.map((row) => row.device_id)).not.toContain('dev_none')
})
