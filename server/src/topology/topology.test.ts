import type { CableSeen, Surroundings } from '@zongheng/inventory/surroundings.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deviceFact, interfaceFacts, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { knownFacts } from '../uplink/facts.ts'
import type { TopologyAnswer } from './schema.ts'

let test: TestApp
let ids: Map<string, string>
let admin: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
  admin = await test.as('network-admin', '130000')
})
afterAll(() => test.close())
beforeEach(async () => {
  await test.context.db.deleteFrom('device_surroundings').execute()
  await test.context.db.updateTable('interfaces').set({ if_alias: '' }).execute()
})

const alone: Surroundings = { chassisId: '', cables: [], addresses: [], peers: [] }
const cable = (ifName: string, sysName: string, portId: string): CableSeen => ({ protocol: 'lldp', ifName, sysName, chassisId: '', portId, portDescr: '' }) // prettier-ignore
type Ports = Record<string, { ifAlias?: string; sees?: [sysName: string, portId: string] }>

/** As a collector tells it: through the checks of what may be told at all. */
async function take(name: string, ports: Ports, more: Partial<Surroundings> | null = {}): Promise<void> {
  const interfaces = Object.entries(ports).map(([ifName, { ifAlias = '' }], i) => interfaceFacts(ifName, { ifAlias, ifIndex: i + 1, ifPhysAddress: '' })) // prettier-ignore
  const base = deviceFact(ids.get(name)!, { interfaces })
  const cables = Object.entries(ports).flatMap(([ifName, { sees }]) => (sees ? [cable(ifName, ...sees)] : []))
  const told = { ...base, identity: { ...base.identity, sysName: name }, ...(more && { surroundings: { ...alone, cables, ...more } }) } // prettier-ignore
  const [fact] = knownFacts([{ kind: 'device', ...told }]) ?? []
  if (fact?.kind !== 'device') throw new Error('the fact is not taken')
  await test.services.estate.applyFact(test.context.db, fact)
  await test.services.topology.take(test.context.db, fact)
}

const drawn = async (region = '130000') => {
  const answer = await (await test.as('engineer', region)).inject({ url: '/topology' })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json<TopologyAnswer>()
}
const standings = async () =>
  (await drawn()).connections.map(({ a, z, standing, by }) => [[a.ifName, z.ifName].sort().join(' '), standing, by.join()]) // prettier-ignore

describe('the map of who stands opposite whom', () => {
  it('has every device in scope before anything is told', async () => {
    const { sites, devices, newestAt, ...rest } = await drawn()
    expect(devices).toHaveLength(8)
    expect(devices.every(({ isTold }) => !isTold)).toBe(true)
    expect(sites.map(({ name, tier }) => [name, tier])).toContainEqual(['正定机房', 'county'])
    expect(newestAt).toBeNull()
    expect(rest).toEqual({ connections: [], proposals: [], differences: [], unconfirmed: [], strangers: [], isCut: false }) // prettier-ignore
  })

  it('knows a recorded circuit by both its ports, and one of two parts by its trunk', async () => {
    await take('市-RT', { 'to-正定-主': { sees: ['正定-RT', 'up-正定-主'] }, 'to-藁城-主.100': {} }, { addresses: [{ address: '10.0.0.1', prefixLength: 30, ifIndex: 2 }] }) // prettier-ignore
    await take('正定-RT', { 'up-正定-主': { sees: ['市-RT', 'to-正定-主'] } })
    await take('藁城-RT', { 'up-藁城-主.100': {} }, { addresses: [{ address: '10.0.0.2', prefixLength: 30, ifIndex: 1 }] }) // prettier-ignore
    expect(await standings()).toEqual([
      ['to-正定-主 up-正定-主', 'recorded', 'lldp'],
      ['to-藁城-主.100 up-藁城-主.100', 'recorded', 'subnet'],
    ])
  })

  it('knows it where the far device does not name its port', async () => {
    await take('市-RT', { 'to-正定-主': { sees: ['正定-RT', 'a port nobody has'] } })
    await take('正定-RT', { 'up-正定-主': {} })
    expect(await standings()).toEqual([[' to-正定-主', 'recorded', 'lldp']])
  })

  it('draws a cable, its subnet and the session over it as one connection', async () => {
    const subnet = (address: string) => [{ address, prefixLength: 30, ifIndex: 1 }]
    await take('正定-RT', { 'GE0/0/9': { sees: ['唐山-RT', 'GE0/0/8'] } }, { addresses: subnet('10.0.0.1'), peers: [{ protocol: 'bgp', address: '10.0.0.2' }] }) // prettier-ignore
    await take('唐山-RT', { 'GE0/0/8': { sees: ['正定-RT', 'GE0/0/9'] } }, { addresses: subnet('10.0.0.2') })
    expect((await drawn()).connections).toMatchObject([{ layers: [2, 3], by: ['bgp', 'lldp', 'subnet'], agreement: 'both', standing: 'unrecorded', linkId: null }]) // prettier-ignore
  })

  it('finds a line whose ends do not see one another by what is written on them', async () => {
    await take('省-RT', { 'GE0/0/5': { ifAlias: '至正定县_联通裸光纤100M' } })
    await take('正定-RT', { 'GE0/0/6': { ifAlias: 'TO-河北省 联通' } })
    expect((await drawn()).connections).toMatchObject([{ layers: [], by: ['words'], standing: 'unrecorded' }])
  })

  it('shows nobody a device outside their region', async () => {
    await take('正定-RT', { 'GE0/0/9': { sees: ['唐山-RT', 'GE0/0/8'] } })
    await take('唐山-RT', { 'GE0/0/8': { sees: ['正定-RT', 'GE0/0/9'] } })
    const { connections, strangers, devices, differences } = await drawn('130123')
    expect({ connections, differences }).toEqual({ connections: [], differences: [] })
    expect(devices.map(({ name }) => name)).toEqual(['正定-RT'])
    expect(strangers).toMatchObject([{ sysName: '唐山-RT', portId: 'GE0/0/8' }])
  })

  it('keeps what was told when an older collector says nothing', async () => {
    await take('正定-RT', { 'GE0/0/9': {} })
    await take('正定-RT', { 'GE0/0/9': {} }, null)
    expect((await drawn()).devices.filter(({ isTold }) => isTold)).toHaveLength(1)
  })

  it('refuses what no collector tells', () => {
    const fact = { kind: 'device', ...deviceFact('dev_1'), surroundings: { ...alone, cables: [{}] } }
    expect(knownFacts([fact])).toBeNull()
  })
})

describe('what is not as recorded', () => {
  it('is another port, to which the end is moved by hand', async () => {
    await take('市-RT', { 'GE0/0/7': { sees: ['正定-RT', 'up-正定-主'] } })
    await take('正定-RT', { 'up-正定-主': { sees: ['市-RT', 'GE0/0/7'] } })
    const [difference, ...others] = (await drawn()).differences
    expect(others).toEqual([])
    if (difference?.kind !== 'other-end') throw new Error('no other end')
    expect(difference).toMatchObject({ circuit: { name: 'NO-正定-主' }, end: 'a', recorded: { ifName: 'to-正定-主' }, found: { ifName: 'GE0/0/7' }, isMovable: true }) // prettier-ignore
    const moved = await admin.inject({
      method: 'PATCH',
      url: `/circuits/${difference.circuit.id}`,
      body: { aInterfaceId: difference.found.interfaceId },
    })
    expect(moved.statusCode, moved.body).toBe(200)
    expect(await standings()).toEqual([['GE0/0/7 up-正定-主', 'recorded', 'lldp']])
    expect((await drawn()).differences).toEqual([])
  })

  it('is what a port says of the number, the bandwidth, the carrier, the role', async () => {
    await take('市-RT', { 'to-藁城-主': { ifAlias: '联通 20M MSTP 备用' } })
    const { differences } = await drawn()
    expect(differences.map((one) => one.kind === 'words' && [one.field, one.recorded, one.said])).toEqual([
      ['carrier', 'telecom', 'unicom'],
      ['bandwidthBps', 10e6, 20e6],
      ['role', 'primary', 'backup'],
    ])
    await take('市-RT', { 'to-藁城-主': { ifAlias: '电信 10M 主 NO-藁城-主' } })
    expect((await drawn()).differences).toEqual([])
  })

  it('is a neighbour that names somebody else', async () => {
    await take('市-RT', { 'GE0/0/1': { sees: ['正定-RT', 'GE0/0/1'] } })
    await take('正定-RT', { 'GE0/0/1': { sees: ['唐山-RT', 'GE0/0/1'] } })
    await take('唐山-RT', { 'GE0/0/1': {} })
    const { connections, differences } = await drawn()
    const conflicting = connections.find(({ agreement }) => agreement === 'conflicting')
    expect(differences).toMatchObject([{ kind: 'conflicting', connection: conflicting!.key }])
  })

  it('is a circuit between two that tell of everybody but one another', async () => {
    await take('省-RT', { 'to-唐山-主': {} })
    await take('唐山-RT', { 'up-唐山-主': {} })
    expect((await drawn()).unconfirmed).toMatchObject([{ circuit: { name: 'NO-唐山-主' } }])
  })
})

describe('what nobody recorded', () => {
  const found = async () => {
    await take('省-RT', { 'GE0/0/1': { ifAlias: '至正定_电信MSTP10M_主 ANE0365NP', sees: ['正定-RT', 'GE0/0/1'] }, 'GE0/0/2': { ifAlias: '至正定_移动VPN20M_备', sees: ['正定-RT', 'GE0/0/2'] } }) // prettier-ignore
    await take('正定-RT', { 'GE0/0/1': { sees: ['省-RT', 'GE0/0/1'] }, 'GE0/0/2': { sees: ['省-RT', 'GE0/0/2'] } }, { addresses: [{ address: '10.1.0.2', prefixLength: 30, ifIndex: 1 }] }) // prettier-ignore
    return (await drawn()).proposals
  }

  it('is proposed as a link of two circuits, each as its ports describe it', async () => {
    const [proposal, ...others] = await found()
    expect(others).toEqual([])
    expect(proposal).toMatchObject({
      upper: { name: '省机房' },
      lower: { name: '正定机房' },
      linkId: null,
      dismissal: null,
      circuits: [
        {
          role: 'primary',
          number: 'ANE0365NP',
          carrier: '中国电信',
          access: 'mstp',
          bandwidthBps: 10e6,
          legAddress: '10.1.0.2',
        },
        {
          role: 'backup',
          number: null,
          carrier: '中国移动',
          access: 'ipsec-vpn',
          bandwidthBps: 20e6,
          legAddress: null,
        },
      ],
    })
  })

  it('is let be by whoever may write there, and looked at again', async () => {
    const [{ key }] = (await found()) as [TopologyAnswer['proposals'][number]]
    const dismiss = (who: typeof admin, body: object) => who.inject({ method: 'POST', url: '/topology/dismissals', body: body }) // prettier-ignore
    const elsewhere = await test.as('network-admin', '130200')
    expect((await dismiss(elsewhere, { key, reason: '不是专线' })).statusCode).toBe(404)
    expect((await dismiss(admin, { key: 'link nothing', reason: '不是专线' })).statusCode).toBe(404)
    expect((await dismiss(admin, { key, reason: '临时搭接' })).statusCode).toBe(204)
    const { dismissal } = (await drawn()).proposals[0]!
    expect(dismissal).toMatchObject({ reason: '临时搭接' })
    expect((await elsewhere.inject({ method: 'DELETE', url: `/topology/dismissals/${dismissal!.id}` })).statusCode).toBe(404) // prettier-ignore
    expect((await admin.inject({ method: 'DELETE', url: `/topology/dismissals/${dismissal!.id}` })).statusCode).toBe(204) // prettier-ignore
    expect((await drawn()).proposals[0]!.dismissal).toBeNull()
  })

  it('becomes a link, then one more circuit of it, each in one request', async () => {
    const [{ upper, lower, circuits }] = (await found()) as [TopologyAnswer['proposals'][number]]
    const asked = circuits.map(({ connection: _, legAddress, ...circuit }) => ({ ...circuit, number: circuit.number ?? 'VPN-1', ...(legAddress && { legAddress }) })) // prettier-ignore
    const link = await admin.inject({ method: 'POST', url: '/links', body: { upperSiteId: upper.id, lowerSiteId: lower.id, circuits: asked.slice(0, 1) } }) // prettier-ignore
    expect(link.statusCode, link.body).toBe(201)
    const [next] = (await drawn()).proposals
    expect(next).toMatchObject({
      linkId: link.json().id,
      circuits: [{ role: 'backup', carrier: '中国移动' }],
    })
    const added = await admin.inject({ method: 'POST', url: `/links/${next!.linkId}/circuits`, body: asked[1] }) // prettier-ignore
    expect(added.statusCode, added.body).toBe(201)
    expect(added.json().circuits.map(({ role }: { role: string }) => role)).toEqual(['primary', 'backup'])
    const { proposals, connections } = await drawn()
    expect(proposals).toEqual([])
    expect(connections.map(({ standing }) => standing)).toEqual(['recorded', 'recorded'])
  })
})
