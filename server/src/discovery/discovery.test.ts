import type { Fact, FoundDevice } from '@zongheng/collector/contract.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withSmallEstate } from '../estate/testing.ts'
import type { QueuedJob } from '../events.ts'
import { testApp, type TestApp } from '../testing.ts'
import type { Accepting, Discovery, Find } from './schema.ts'

type Sweep = Extract<QueuedJob, { kind: 'sweep' }>
type Inject = Awaited<ReturnType<TestApp['as']>>['inject']

let t: TestApp
let ids: Map<string, string>
let admin: Inject
let collectorId: string
let sweeps: Sweep[]
/** Each test has a network of its own, and serials. */
let test = 0
const at = (host: number) => `10.66.${test}.${host}`
const serial = (mark: string) => `2102${mark}${test}`
const named = (mark: string) => `${mark}-${test}`
beforeAll(async () => {
  t = await testApp()
  ids = await withSmallEstate(t)
  admin = (await t.as('network-admin')).inject
  const invited = await admin({ method: 'POST', url: '/collectors', body: { name: '省采集器' } })
  collectorId = invited.json().collectorId as string
  t.context.bus.on('job.created', ({ job }) => {
    if (job.kind === 'sweep') sweeps.push(job)
  })
})
afterAll(() => t.close())
beforeEach(() => {
  test++
  sweeps = []
})

const order = () => ({
  name: '正定县接入网',
  regionId: t.regions.get('130123')!,
  collectorId,
  ranges: ['10.66.0.0/28'],
  snmp: [
    { version: '2c', community: 'geheim' },
    { version: '2c', community: 'public' },
  ],
})
const begin = async (more: object = {}): Promise<Discovery> => {
  const answer = await admin({ method: 'POST', url: '/discoveries', body: { ...order(), ...more } })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}

const port = (ifName: string, ifIndex: number, mac = ''): FoundDevice['interfaces'][number] => ({
  ifIndex,
  ifName,
  ifDescr: ifName,
  ifAlias: '',
  ifType: 6,
  ifMtu: 1500,
  ifSpeedBps: 1e9,
  ifPhysAddress: mac,
  ifAdminStatus: 'up',
  ifOperStatus: 'up',
})
const device = (
  identity: Partial<FoundDevice['identity']>,
  more: Partial<FoundDevice> = {},
): FoundDevice => ({
  identity: { vendor: 'huawei', os: 'vrp', category: 'network', sysObjectID: '1.3.6.1.4.1.2011.2.224', sysName: '', sysDescr: '', hardware: 'AR2240', version: 'V200', serial: '', ...identity }, // prettier-ignore
  interfaces: [port('GE0/0/0', 1)],
  sensors: [],
  addresses: [],
  ...more,
})

/** What the collector of the last sweep tells of an address. */
async function found(
  address: string,
  what: FoundDevice | null,
  more: Partial<Extract<Fact, { kind: 'found' }>> = {},
) {
  const sweep = sweeps.at(-1)!
  const credentialId = what ? sweep.credentials[0]!.id : null
  const fact: Extract<Fact, { kind: 'found' }> = { kind: 'found', jobId: sweep.id, atMs: t.context.now, address, rttMs: 1, from: null, credentialId, device: what, beside: [], ...more } // prettier-ignore
  await t.context.db.transaction().execute((tx) => t.services.discoveries.take(tx, fact))
}
const end = async (outcome: 'done' | 'failed' | 'cancelled') => {
  const fact = { kind: 'job', jobId: sweeps.at(-1)!.id, atMs: t.context.now, outcome } as const
  const ended = await t.context.db.transaction().execute((tx) => t.services.automation.jobs.apply(tx, fact))
  if (ended) t.services.automation.jobs.tell(ended)
}
const finds = async (id: string, query = ''): Promise<Find[]> =>
  (await admin({ url: `/discoveries/${id}/finds${query}` })).json().items
const accept = async (id: string, ...wanted: { id: string }[]): Promise<Accepting> => {
  const answer = await admin({ method: 'POST', url: `/discoveries/${id}/accept`, body: { finds: wanted } })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}
const deviceRow = (id: string) =>
  t.context.db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('a discovery', () => {
  it('is handed to its collector, with credentials that nobody else is shown', async () => {
    const discovery = await begin()
    expect(discovery).toMatchObject({ state: 'waiting', ranges: ['10.66.0.0/28'], credentials: ['v2c', 'v2c'], perSecond: 100 }) // prettier-ignore
    expect(sweeps).toMatchObject([{ ranges: ['10.66.0.0/28'], done: [], next: [], credentials: [{ snmp: { community: 'geheim' } }, {}] }]) // prettier-ignore
    const tables = ['discoveries', 'jobs', 'credentials', 'audit_records'] as const
    for (const table of tables)
      expect(JSON.stringify(await t.context.db.selectFrom(table).selectAll().execute())).not.toContain(
        'geheim',
      )
  })

  it.each([
    ['nowhere', { ranges: [] }, '/ranges'],
    ['in what is no range', { ranges: ['10.66.0.0/28', '10.66.0'] }, '/ranges/1'],
    ['in more than a /16', { ranges: ['10.0.0.0/15'] }, '/ranges'],
    ['from what is no address', { seeds: ['R1'], within: ['10.66.0.0/16'] }, '/seeds/0'],
    ['from outside of its bounds', { seeds: ['10.67.0.1'], within: ['10.66.0.0/16'] }, '/seeds/0'],
    ['neighbours without bounds', { seeds: [at(1)] }, '/within'],
  ])('that asks %s is refused', async (_, more, path) => {
    const answer = await admin({ method: 'POST', url: '/discoveries', body: { ...order(), ...more } })
    expect(answer.statusCode).toBe(422)
    expect(answer.json().errors).toMatchObject([{ path }])
    expect(sweeps).toEqual([])
  })

  it('tells how far it is', async () => {
    const { id } = await begin()
    t.context.bus.emit('job.progress', { jobId: sweeps[0]!.id, at: t.context.now, text: '', count: { asked: 9, answering: 1, devices: 1 } }) // prettier-ignore
    await found(at(1), device({}))
    await found(at(2), null)
    const told = async () => (await admin({ url: `/discoveries/${id}` })).json<Discovery>()
    await expect.poll(told).toMatchObject({ state: 'running', asked: 9, answering: 2, devices: 1, open: 2 })
    await end('done')
    expect(await told()).toMatchObject({ state: 'done' })
  })

  it('is stopped, and goes on where it was', async () => {
    const { id } = await begin({ seeds: ['10.66.1.1'], within: ['10.66.0.0/16'] })
    const from = { address: '10.66.1.1', by: 'lldp' } as const
    const beside = ['10.66.1.2', '10.66.1.3'].map((address) => ({ address, steps: 1, from }))
    await found('10.66.1.1', device({}), { beside })
    await found('10.66.1.2', device({}), { from })
    const stopped = await admin({ method: 'POST', url: `/discoveries/${id}/stop` })
    expect(stopped.json()).toMatchObject({ state: 'stopped', answering: 2 })
    const again = await admin({ method: 'POST', url: `/discoveries/${id}/stop` })
    expect(again.statusCode).toBe(409)
    const resumed = await admin({ method: 'POST', url: `/discoveries/${id}/resume` })
    expect(resumed.json()).toMatchObject({ state: 'waiting', answering: 2 })
    expect(sweeps[1]).toMatchObject({ done: ['10.66.1.1', '10.66.1.2'], next: [beside[1]] })
    expect(sweeps[1]!.credentials).toEqual(sweeps[0]!.credentials)
    expect((await admin({ method: 'POST', url: `/discoveries/${id}/resume` })).statusCode).toBe(409)
  })

  it('goes on where it was when its collector, or we, were started anew', async () => {
    await begin()
    await found(at(1), device({}))
    const mine = async () =>
      (await t.services.discoveries.underWay(collectorId)).find(({ id }) => id === sweeps[0]!.id)
    expect(await mine()).toMatchObject({
      id: sweeps[0]!.id,
      done: [at(1)],
      credentials: sweeps[0]!.credentials,
    })
    await end('done')
    expect(await mine()).toBeUndefined()
  })

  it('is forgotten once it is over', async () => {
    const { id } = await begin()
    const forget = () => admin({ method: 'DELETE', url: `/discoveries/${id}` })
    expect((await forget()).statusCode).toBe(409)
    await end('done')
    expect((await forget()).statusCode).toBe(204)
    expect((await admin({ url: `/discoveries/${id}` })).statusCode).toBe(404)
  })
})

describe('what was found', () => {
  it('stands where its name says, and a site is made there for the first', async () => {
    const { id } = await begin({ regionId: t.regions.get('130000') })
    await found(at(1), device({ sysName: 'HE-130224-RT-01', serial: serial('L1') }))
    await found(at(2), device({ sysName: 'luannan-SW-01', serial: serial('L2') }))
    const [first, second] = await finds(id)
    for (const find of [first, second])
      expect(find!.proposal).toMatchObject({ site: null, region: { name: '滦南县' }, reasons: [{ code: 'name-says', value: '滦南县' }, {}] }) // prettier-ignore
    const { accepted } = await accept(id, { id: first!.id }, { id: second!.id })
    const sites = await Promise.all(accepted.map(async ({ device }) => (await deviceRow(device.id)).site_id))
    expect(new Set(sites).size).toBe(1)
    const site = await t.context.db.selectFrom('sites').selectAll().where('id', '=', sites[0]!).executeTakeFirstOrThrow() // prettier-ignore
    expect(site).toMatchObject({ name: '滦南县', region_id: t.regions.get('130224') })
  })

  it('is proposed with its reasons, and taken over as told', async () => {
    const { id } = await begin()
    await found(at(1), device({ sysName: 'ZhengDing-AR-1', serial: serial('A1') }))
    await found(at(2), null)
    const [router, echo] = await finds(id)
    expect(echo).toMatchObject({ kind: 'echo', proposal: null })
    expect(router).toMatchObject({
      kind: 'new',
      proposal: {
        name: 'ZhengDing-AR-1',
        role: 'access-router',
        reasons: [{ code: 'name-says' }, { code: 'model-says', value: 'AR2240' }],
      },
    })
    const { accepted, refused } = await accept(id, { id: router!.id }, { id: echo!.id })
    expect(refused).toMatchObject([{ id: echo!.id, code: 'nothing-read' }])
    const row = await deviceRow(accepted[0]!.device.id)
    expect(row).toMatchObject({ name: 'ZhengDing-AR-1', address: at(1), serial: serial('A1'), collector_id: collectorId }) // prettier-ignore
    const credentials = await t.services.estate.snmpCredentials([row.snmp_credential_id!])
    expect([...credentials.values()]).toEqual([{ version: '2c', community: 'geheim' }])
    expect(await finds(id, '?decision=open')).toHaveLength(1)
    expect((await accept(id, { id: router!.id })).refused).toMatchObject([{ code: 'accepted-already' }])
  })

  it('once under two addresses is one device', async () => {
    const { id } = await begin()
    await found(at(1), device({ serial: serial('A1') }, { addresses: [at(1), at(9)] }))
    await found(at(9), device({ serial: serial('A1') }, { addresses: [at(1), at(9)] }))
    const { accepted } = await accept(id, ...(await finds(id)))
    expect(new Set(accepted.map((one) => one.device.id)).size).toBe(1)
    expect((await deviceRow(accepted[0]!.device.id)).answers_from).toBe(JSON.stringify([at(9)]))
  })

  describe('and is known', () => {
    let known: string
    let interfaceId: string
    beforeEach(async () => {
      const { id } = await begin()
      await found(at(1), device({ serial: serial('A1'), sysName: named('R-0042') }))
      const { accepted } = await accept(id, ...(await finds(id)))
      known = accepted[0]!.device.id
      interfaceId = (await interfacesOf(known))[0]!.id
    })
    const interfacesOf = (id: string) =>
      t.context.db
        .selectFrom('interfaces')
        .select(['id', 'if_name', 'if_index'])
        .where('device_id', '=', id)
        .execute()

    it('keeps its identity and history at another address', async () => {
      const { id } = await begin()
      await found(at(5), device({ serial: serial('A1') }))
      const [find] = await finds(id)
      expect(find).toMatchObject({ kind: 'moved', device: { id: known }, reasons: [{ code: 'same-serial', value: serial('A1'), device: { name: named('R-0042') } }], proposal: null }) // prettier-ignore
      await accept(id, find!)
      expect(await deviceRow(known)).toMatchObject({ address: at(5), name: named('R-0042') })
      expect((await interfacesOf(known))[0]!.id).toBe(interfaceId)
    })

    it('keeps its place and history when it is replaced', async () => {
      const { id } = await begin()
      await found(at(1), device({ serial: serial('B7') }))
      const [find] = await finds(id)
      expect(find).toMatchObject({ kind: 'replaced', device: { id: known } })
      expect(find!.reasons).toMatchObject([
        { code: 'same-address' },
        { code: 'other-serial', value: serial('B7') },
      ])
      await accept(id, find!)
      expect(await deviceRow(known)).toMatchObject({ serial: serial('B7'), name: named('R-0042') })
      expect((await interfacesOf(known))[0]!.id).toBe(interfaceId)
    })

    it('keeps its interfaces when they are numbered anew', async () => {
      const { id } = await begin()
      const renumbered = [port('GE0/0/1', 1), port('GE0/0/0', 7)]
      await found(at(1), device({ serial: serial('A1') }, { interfaces: renumbered }))
      await accept(id, ...(await finds(id)))
      const kept = await interfacesOf(known)
      expect(kept.find((one) => one.id === interfaceId)).toMatchObject({ if_name: 'GE0/0/0', if_index: 7 })
    })

    it('says why not when its marks are those of two', async () => {
      const other = await begin()
      await found(at(2), device({ serial: serial('C3'), sysName: named('R-0043') }))
      await accept(other.id, ...(await finds(other.id)))
      const { id } = await begin()
      await found(at(2), device({ serial: serial('A1') }))
      const [find] = await finds(id)
      expect(find).toMatchObject({ kind: 'contradiction' })
      expect(find!.reasons.map(({ code, device }) => [code, device?.name])).toEqual([
        ['same-serial', named('R-0042')],
        ['same-address', named('R-0043')],
      ])
      expect((await accept(id, find!)).refused).toMatchObject([{ code: 'duplicate-address' }])
    })
  })

  it('is the county’s router by the other end of its uplink', async () => {
    const { db } = t.context
    const circuit = await db
      .selectFrom('circuits')
      .select(['id', 'link_id'])
      .orderBy('id')
      .executeTakeFirstOrThrow()
    const link = await db.selectFrom('links').select(['name', 'lower_site_id']).where('id', '=', circuit.link_id).executeTakeFirstOrThrow() // prettier-ignore
    await db.updateTable('circuits').set({ leg_kind: 'icmp', leg_address: at(3), leg_port: 0 }).where('id', '=', circuit.id).execute() // prettier-ignore
    t.services.estate.changed([circuit.id])
    const { id } = await begin({ regionId: t.regions.get('130000')! })
    await found(at(3), device({ hardware: 'unknown' }))
    const [find] = await finds(id)
    expect(find!.proposal).toMatchObject({ role: 'access-router', site: { id: link.lower_site_id }, reasons: [{ code: 'leg-of', value: link.name }] }) // prettier-ignore
  })

  it('is put aside, and back', async () => {
    const { id } = await begin()
    await found(at(1), device({}))
    const [find] = await finds(id)
    const ignore = (ignored: boolean) =>
      admin({ method: 'POST', url: `/discoveries/${id}/ignore`, body: { finds: [find!.id], ignored } })
    expect((await ignore(true)).statusCode).toBe(204)
    expect(await finds(id, '?decision=open')).toEqual([])
    await ignore(false)
    expect(await finds(id, '?decision=open')).toHaveLength(1)
  })

  it('names no device to whoever may not see it', async () => {
    const { id } = await begin()
    await found(at(1), device({ serial: serial('A1') }))
    const first = await accept(id, { ...(await finds(id))[0]!, siteId: ids.get('市')! } as never)
    expect(first.accepted).toHaveLength(1)
    const county = (await t.as('network-admin', '130123')).inject
    const mine = await begin()
    await found(at(7), device({ serial: serial('A1') }))
    const [find] = (await county({ url: `/discoveries/${mine.id}/finds` })).json().items as Find[]
    expect(find).toMatchObject({ kind: 'moved', device: null, reasons: [{ device: null }] })
    const refused = await county({ method: 'POST', url: `/discoveries/${mine.id}/accept`, body: { finds: [{ id: find!.id }] } }) // prettier-ignore
    expect(refused.json().refused).toMatchObject([{ code: 'not-found' }])
  })
})
