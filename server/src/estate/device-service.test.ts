import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Viewer } from '../identity/viewer.ts'
import { testApp, type TestApp } from '../testing.ts'
import { DeviceService, type IdentifyAnswer, type IdentifyRequest } from './device-service.ts'
import type { NewDevice } from './schema.ts'
import { deviceFact, interfaceFacts, sensorFacts, withSmallEstate } from './testing.ts'

let test: TestApp
let ids: Map<string, string>
let viewer: Viewer
let devices: DeviceService
let answer: IdentifyAnswer
let asked: IdentifyRequest[]
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  viewer = await (await test.as('network-admin')).viewer()
  await test.services.uplink.enrolment.local('here', null, 'key')
  const { db, clock, secrets } = test.context
  const { audit, estate, identity } = test.services
  const jobs = {
    identify: async (request: IdentifyRequest) => (asked.push(request), answer),
    look: async (how: string, { id }: { id: string }) => `${how} of ${id}`,
  }
  devices = new DeviceService({ db, clock, secrets, audit, estate, identity, jobs })
})
beforeEach(() => {
  answer = {
    ok: true,
    identity: deviceFact('').identity,
    interfaces: [interfaceFacts('GE0/0/1')],
    sensors: [sensorFacts('fan.1')],
  }
  asked = []
})
afterAll(() => test.close())

/** Each at an address of its own. */
let hosts = 0
const newDevice = (more: Partial<NewDevice> = {}): NewDevice => ({
  address: `127.9.9.${++hosts}`,
  role: 'access-router',
  regionId: test.regions.get('130224')!,
  snmp: { version: '2c', community: 'geheim' },
  ...more,
})
const refused = (status: number, code: string) => expect.objectContaining({ status, code })

describe('a device that is added by address', () => {
  it('is asked who it is, and kept with all that it said', async () => {
    const changes: string[][] = []
    test.context.bus.on('estate.changed', ({ deviceIds }) => changes.push(deviceIds))
    const device = await devices.add(viewer, newDevice(), false)
    expect(device).toMatchObject({
      name: 'ZD-RT-01',
      hardware: 'AR6121',
      port: 161,
      site: { name: '滦南县' },
      region: { name: '滦南县' },
    })
    expect(asked).toMatchObject([
      { address: device.address, port: 161, snmp: { version: '2c', community: 'geheim' } },
    ])
    expect(changes).toEqual([[device.id]])
    const model = (await test.services.estate.model()).devices.get(device.id)!
    expect(model).toMatchObject({
      collectorId: asked[0]!.collectorId,
      interfaces: [{ ifName: 'GE0/0/1' }],
      sensors: [{ key: 'fan.1' }],
    })
  })

  it('has its credential encrypted, and shown to nobody', async () => {
    const { id } = await devices.add(viewer, newDevice(), false)
    const rows = await test.context.db.selectFrom('credentials').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('geheim')
    expect(JSON.stringify(await test.services.estate.device(viewer, id))).not.toContain('geheim')
    const { snmpCredentialId } = (await test.services.estate.model()).devices.get(id)!
    const credentials = await test.services.estate.snmpCredentials([snmpCredentialId!])
    expect(credentials.get(snmpCredentialId!)).toEqual({ version: '2c', community: 'geheim' })
  })

  it('goes to the first site of its region, or to the one that is named', async () => {
    const county = await devices.add(viewer, newDevice({ regionId: test.regions.get('130123')! }), false)
    expect(county.site.id).toBe(ids.get('正定'))
    const named = await devices.add(viewer, newDevice({ siteId: ids.get('市')!, name: 'SW-9' }), false)
    expect(named).toMatchObject({ name: 'SW-9', site: { id: ids.get('市') }, region: { name: '石家庄市' } })
  })

  it('is refused when it does not answer, unless that is wanted', async () => {
    answer = { ok: false, code: 'timeout', text: 'no answer within 5 s' }
    const device = newDevice({ address: '127.9.8.1' })
    await expect(devices.add(viewer, device, false)).rejects.toMatchObject({
      status: 422,
      code: 'device-unreachable',
      detail: {
        en: '127.9.8.1:161 did not answer SNMP v2c (no answer within 5 s): wrong address, community or keys, or a firewall',
      },
    })
    expect(await devices.add(viewer, device, true)).toMatchObject({
      name: '127.9.8.1',
      hardware: '',
      state: 'unknown',
    })
  })

  it.each<[string, () => Partial<NewDevice>, number, string]>([
    ['an address that is known', () => ({ address: '127.1.0.6', port: 10161 }), 409, 'duplicate-address'],
    ['no address', () => ({ address: '10.0.0.256' }), 422, 'unprocessable'],
    ['a site out of nowhere', () => ({ siteId: 'sit_0' }), 404, 'not-found'],
    ['a region out of nowhere', () => ({ regionId: 'reg_0' }), 404, 'not-found'],
    ['neither site nor region', () => ({ regionId: undefined }), 422, 'unprocessable'],
    ['no community', () => ({ snmp: { version: '2c' } }), 422, 'snmp-incomplete'],
    [
      'privacy without authentication',
      () => ({ snmp: { version: '3', user: 'u', privProtocol: 'aes', privKey: '12345678' } }),
      422,
      'snmp-incomplete',
    ],
  ])('is refused with %s', async (_name, more, status, code) => {
    await expect(devices.add(viewer, newDevice(more()), false)).rejects.toEqual(refused(status, code))
    expect(asked).toEqual([])
  })

  it('does not learn the name of a device out of sight by its address', async () => {
    const known = newDevice()
    const { name } = await devices.add(viewer, known, false)
    const stranger = await (await test.as('network-admin', '130100')).viewer()
    const same = newDevice({ address: known.address, regionId: test.regions.get('130123')! })
    await expect(devices.add(viewer, same, false)).rejects.toMatchObject({
      detail: { zh: expect.stringContaining(name) },
    })
    await expect(devices.add(stranger, same, false)).rejects.toMatchObject({
      code: 'duplicate-address',
      detail: undefined,
    })
  })

  it('outside the scope is refused', async () => {
    const other = await (await test.as('network-admin', '130200')).viewer()
    await expect(
      devices.add(other, newDevice({ regionId: test.regions.get('130123')! }), false),
    ).rejects.toEqual(refused(404, 'not-found'))
  })
})

describe('a device that is there', () => {
  it('is changed in what was said, and nothing else', async () => {
    const id = ids.get('市-UPS')!
    const changed = await devices.change(viewer, id, {
      name: 'UPS-A',
      siteId: ids.get('省')!,
      snmp: { version: '1', community: 'other' },
    })
    expect(changed).toMatchObject({
      name: 'UPS-A',
      role: 'ups',
      address: '127.1.0.5',
      site: { name: '省机房' },
      region: { name: '河北省' },
    })
    const snmp = { version: '2c', community: 'c' } as const
    await expect(devices.change(viewer, id, { address: '127.1.0.6', snmp })).rejects.toEqual(
      refused(409, 'duplicate-address'),
    )
  })

  it('takes no credential along to another address', async () => {
    const id = ids.get('市-UPS')!
    await expect(devices.change(viewer, id, { address: '127.66.0.1' })).rejects.toEqual(
      refused(422, 'credential-again'),
    )
    const { estate } = test.services
    await estate.setSshCredential(viewer, id, { username: 'nms', password: 'geheim' }, 22)
    expect(await estate.sshCredentialOf(id)).not.toBeNull()
    const snmp = { version: '2c', community: 'own' } as const
    await devices.change(viewer, id, { address: '127.66.0.1', snmp })
    expect(await estate.sshCredentialOf(id)).toBeNull()
    await devices.change(viewer, id, { address: '127.1.0.5', snmp })
  })

  it('is archived, and its address free again', async () => {
    await devices.archive(viewer, ids.get('市-UPS')!)
    await expect(test.services.estate.device(viewer, ids.get('市-UPS')!)).rejects.toEqual(
      refused(404, 'not-found'),
    )
    expect((await test.services.estate.model()).devices.has(ids.get('市-UPS')!)).toBe(false)
    expect(await devices.add(viewer, newDevice({ address: '127.1.0.5', port: 10161 }), false)).toBeDefined()
  })

  it('stays where circuits end at it', async () => {
    await expect(devices.archive(viewer, ids.get('正定-RT')!)).rejects.toMatchObject({
      status: 409,
      code: 'device-carries-circuits',
      detail: { zh: '正定-RT 上还接着线路：市机房–正定机房' },
    })
    await expect(devices.change(viewer, ids.get('正定-RT')!, { siteId: ids.get('市')! })).rejects.toEqual(
      refused(409, 'device-carries-circuits'),
    )
  })

  it.each([
    ['its own', '130123', true],
    ['the one of the city above', '130100', true],
    ['the one of the county beside', '130109', false],
    ['the one of another city', '130200', false],
  ])('of a county may be given to %s', async (_, regionCode, allowed) => {
    const regionId = test.regions.get(regionCode)!
    const { collectorId } = await test.services.uplink.invite(viewer, { name: 'x', regionId })
    const county = await (await test.as('network-admin', '130123')).viewer()
    const given = devices.change(county, ids.get('正定-RT')!, { collectorId })
    if (allowed) await given
    else await expect(given).rejects.toEqual(refused(404, 'not-found'))
  })

  it('is handed to another collector, and others are asked by the one that is named', async () => {
    const { collectorId } = await test.services.uplink.invite(viewer, { name: 'at the city' })
    const id = ids.get('市-RT')!
    await devices.change(viewer, id, { collectorId })
    expect((await test.services.estate.model()).devices.get(id)?.collectorId).toBe(collectorId)
    await devices.change(viewer, id, { pollIntervalS: 30 })
    expect((await test.services.estate.model()).devices.get(id)?.collectorId).toBe(collectorId)
    await devices.add(viewer, newDevice({ collectorId }), false)
    expect(asked.map((request) => request.collectorId)).toEqual([collectorId])
    await expect(devices.change(viewer, id, { collectorId: 'col_none' })).rejects.toEqual(
      refused(404, 'not-found'),
    )
  })

  it('is pinged as often as it is told, and may answer from further addresses', async () => {
    const id = ids.get('市-RT')!
    await devices.change(viewer, id, { pingIntervalS: 0, answersFrom: ['10.9.9.9', '2001:db8::9'] })
    expect((await test.services.estate.model()).devices.get(id)).toMatchObject({
      pingIntervalS: 0,
      answersFrom: ['10.9.9.9', '2001:db8::9'],
    })
    const named = devices.change(viewer, id, { answersFrom: ['rt.gov.cn'] })
    await expect(named).rejects.toMatchObject({ status: 422, errors: [{ path: '/answersFrom/0' }] })
  })

  it.each(['poll', 'discover'] as const)('is looked at by its collector: %s', async (how) => {
    expect(await devices.look(viewer, how, ids.get('正定-RT')!)).toBe(`${how} of ${ids.get('正定-RT')}`)
  })

  it('keeps one SSH credential, replaced in place', async () => {
    const { estate } = test.services
    const id = ids.get('正定-RT')!
    expect(await estate.sshCredentialOf(id)).toBeNull()
    await estate.setSshCredential(viewer, id, { username: 'ops', password: 'one' }, 22)
    await estate.setSshCredential(viewer, id, { username: 'ops', password: 'two' }, 2222)
    expect(await estate.sshCredentialOf(id)).toEqual({
      credential: { username: 'ops', password: 'two' },
      port: 2222,
    })
  })
})

it('changes that come in showers are told together', () => {
  const told: string[][] = []
  test.context.bus.on('estate.changed', ({ deviceIds }) => told.push(deviceIds))
  for (const id of ['dev_1', 'dev_2', 'dev_1']) test.services.estate.changedSoon([id])
  expect(told).toEqual([])
  test.services.estate.flush()
  test.services.estate.flush()
  expect(told).toEqual([['dev_1', 'dev_2']])
})
