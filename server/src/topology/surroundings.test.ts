import type { Surroundings } from '@zongheng/inventory/surroundings.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deviceFact, interfaceFacts, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { DeviceSurroundings } from './schema.ts'

let test: TestApp
let ids: Map<string, string>
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  for (const [key, mac] of [['正定-RT', '00aa00000001'], ['藁城-RT', '00aa00000002'], ['市-RT', '00aa00000003']] as const) {
    const fact = deviceFact(ids.get(key)!, { interfaces: [interfaceFacts('GE0/0/1', { ifIndex: 7, ifPhysAddress: mac })] })
    await test.services.estate.applyFact(test.context.db, { ...fact, identity: { ...fact.identity, sysName: key } })
  } // prettier-ignore
  test.services.estate.changed(ids.values())
  const cable = { protocol: 'lldp', ifName: 'GE0/0/1', portId: 'GE0/0/24', portDescr: '' } as const
  const said: Surroundings = {
    chassisId: '00aa00000003',
    cables: [
      { ...cable, sysName: '正定-rt', chassisId: '' },
      { ...cable, sysName: '', chassisId: '00aa00000002' },
      { ...cable, sysName: 'AP-7', chassisId: 'ffff00000000' },
    ],
    addresses: [
      { address: '10.1.1.1', prefixLength: 30, ifIndex: 7 },
      { address: '10.1.1.5', prefixLength: null, ifIndex: 99 },
    ],
    peers: [
      { protocol: 'bgp', address: '127.1.0.6' },
      { protocol: 'bgp', address: '127.1.0.1' },
    ],
    vlans: [{ id: 10, name: '办公' }],
  }
  const row = { device_id: ids.get('市-RT')!, surroundings: JSON.stringify(said), at: 5 }
  await test.context.db.insertInto('device_surroundings').values(row).execute()
})
afterAll(() => test.close())

const ask = async (key: string, region: string) => {
  const answer = await (await test.as('engineer', region)).inject({ url: `/devices/${ids.get(key)}/surroundings` }) // prettier-ignore
  return { status: answer.statusCode, body: answer.json<DeviceSurroundings>() }
}

it('names the neighbours that are known, its ports by name, and the peers whose address is a device’s', async () => {
  const { body } = await ask('市-RT', '130000')
  expect(body.cables.map(({ sysName, device }) => [sysName, device?.name])).toEqual([
    ['正定-rt', '正定-RT'],
    ['', '藁城-RT'],
    ['AP-7', undefined],
  ])
  expect(body.addresses).toEqual([
    { address: '10.1.1.1', prefixLength: 30, ifName: 'GE0/0/1' },
    { address: '10.1.1.5', prefixLength: null, ifName: null },
  ])
  expect(body.peers.map(({ device }) => device?.name)).toEqual(['正定-RT', '省-RT'])
  expect(body.vlans).toEqual([{ id: 10, name: '办公' }])
  expect(body.at).toBe(5)
})

it('names nobody who may not be seen, and is nobody else’s', async () => {
  const { body } = await ask('市-RT', '130100')
  expect(body.peers.map(({ device }) => device?.name)).toEqual(['正定-RT', undefined])
  expect((await ask('市-RT', '130123')).status).toBe(404)
})

it('has nothing to tell of a device that said nothing', async () => {
  expect((await ask('唐山-RT', '130000')).body).toEqual({
    at: null,
    cables: [],
    addresses: [],
    peers: [],
    vlans: [],
  })
})
