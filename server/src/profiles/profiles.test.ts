import type { Explanation } from '@zongheng/inventory/explanation.ts'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceFact, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { knownFacts } from '../uplink/facts.ts'
import type { DeviceExplanation, ProfileCoverage } from './schema.ts'

const temperature = '1.3.6.1.4.1.2011.5.25.31.1.1.1.1.11.9'
const explanation: Explanation = {
  profile: 'huawei-vrp',
  rule: 'huawei-vrp/recognise/0',
  identity: {
    vendor: { rule: 'huawei-vrp/vendor', oid: null, raw: '' },
    category: { rule: 'enterprises', oid: null, raw: '1.3.6.1.4.1.2011.2.224.321' },
    hardware: { rule: 'huawei-vrp/hardware/0', oid: '1.3.6.1.4.1.2011.5.25.31.6.5.0', raw: 'AR6121\u0000' },
  },
  measured: [
    { kind: 'sensor', key: 'hwEntityTemperature.9', descr: 'MPU', rule: 'huawei-vrp/sensors/0', oids: [temperature], scale: 1, offset: 0 }, // prettier-ignore
  ],
}

let test: TestApp
let ids: Map<string, string>
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  await take('正定-RT', explanation)
  await take('唐山-RT', { profile: 'generic', rule: null, identity: {}, measured: [] })
})
afterAll(() => test.close())

/** As a collector tells it: through the checks of what may be told at all. */
async function take(name: string, told: Explanation | undefined, deviceId = ids.get(name)!): Promise<void> {
  const [fact] = knownFacts([{ kind: 'device', ...deviceFact(deviceId), explanation: told }]) ?? []
  if (fact?.kind !== 'device') throw new Error('the fact is not taken')
  await test.services.estate.applyFact(test.context.db, fact)
  await test.services.profiles.take(test.context.db, fact)
}

const ask = async (region: string, url: string) => (await test.as('engineer', region)).inject({ url })

describe('why a device is known as it is', () => {
  const explained = async (name: string) => (await ask('130000', `/devices/${ids.get(name)}/explain`)).json<{ explanation: DeviceExplanation | null }>().explanation // prettier-ignore

  it('is told with the file and place of each rule', async () => {
    const told = await explained('正定-RT')
    expect(told).toMatchObject({ profile: 'huawei-vrp', file: 'huawei-vrp.yaml', path: 'recognise/0' })
    expect(told?.identity).toMatchObject([
      { field: 'vendor', file: 'huawei-vrp.yaml', path: 'vendor' },
      { field: 'category', file: 'enterprises', path: '' },
      { field: 'hardware', path: 'hardware/0', oid: '1.3.6.1.4.1.2011.5.25.31.6.5.0', raw: 'AR6121' },
    ])
    expect(told?.measured).toMatchObject([{ path: 'sensors/0', oids: [temperature], scale: 1 }])
  })

  it('is what was told last, and stays when an older collector says nothing', async () => {
    await take('正定-RT', { ...explanation, measured: [] })
    expect((await explained('正定-RT'))?.measured).toEqual([])
    await take('正定-RT', explanation)
    await take('正定-RT', undefined)
    expect((await explained('正定-RT'))?.measured).toHaveLength(1)
  })

  it('is nothing before anyone said so', async () => expect(await explained('市-UPS')).toBeNull())

  it('of a device that is not there is not kept', async () => {
    await take('nobody', explanation, 'dev_none')
    const { db } = test.context
    const kept = db.selectFrom('device_explanations').select('device_id').where('device_id', '=', 'dev_none')
    expect(await kept.execute()).toEqual([])
  })

  it('is not for whoever does not see the device', async () =>
    expect((await ask('130200', `/devices/${ids.get('正定-RT')}/explain`)).statusCode).toBe(404))

  it('that is malformed is not taken', () => {
    const fact = { kind: 'device', ...deviceFact('dev_1'), explanation: { ...explanation, measured: [{}] } }
    expect(knownFacts([fact])).toBeNull()
  })
})

describe('the profiles', () => {
  const coverage = async (region: string) => (await ask(region, '/profiles')).json<ProfileCoverage>()

  it('are all of them, with the devices in sight that each knows', async () => {
    const { profiles } = await coverage('130000')
    expect(profiles.map(({ name }) => name)).toEqual(loadProfiles().map(({ name }) => name))
    const vrp = profiles.find(({ name }) => name === 'huawei-vrp')
    expect(vrp).toMatchObject({ vendor: 'huawei', extends: ['entity', 'nqa'], devices: 1, measured: 1 })
    expect(vrp?.lastAt).toBeGreaterThan(0)
  })

  it('leave out what is out of sight', async () => {
    const { profiles } = await coverage('130200')
    expect(profiles.find(({ name }) => name === 'huawei-vrp')).toMatchObject({ devices: 0, lastAt: null })
  })

  it('come with the devices that none of them knows, by sysObjectID', async () => {
    const { unknown } = await coverage('130200')
    const [first] = unknown
    expect(unknown).toHaveLength(1)
    expect(first).toMatchObject({ devices: 1, device: { id: ids.get('唐山-RT'), name: '唐山-RT' } })
  })
})
