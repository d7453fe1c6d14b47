import type { CableSeen, Surroundings } from '@zongheng/inventory/surroundings.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceFact, interfaceFacts, withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { knownFacts } from '../uplink/facts.ts'
import type { TopologyAnswer } from './schema.ts'

let test: TestApp
let ids: Map<string, string>
beforeAll(async () => {
  test = await testApp()
  ids = await withSmallEstate(test)
})
afterAll(() => test.close())

const alone: Surroundings = { chassisId: '', cables: [], addresses: [], peers: [] }
const cable = (ifName: string, sysName: string, portId: string): CableSeen => ({ protocol: 'lldp', ifName, sysName, chassisId: '', portId, portDescr: '' }) // prettier-ignore

/** As a collector tells it: through the checks of what may be told at all. */
async function take(
  name: string,
  sysName: string,
  ifName: string,
  surroundings: Partial<Surroundings> | undefined,
  ifAlias = '',
): Promise<void> {
  const base = deviceFact(ids.get(name)!, { interfaces: [interfaceFacts(ifName, { ifAlias })] })
  const told = { ...base, identity: { ...base.identity, sysName }, surroundings: surroundings && { ...alone, ...surroundings } } // prettier-ignore
  const [fact] = knownFacts([{ kind: 'device', ...told }]) ?? []
  if (fact?.kind !== 'device') throw new Error('the fact is not taken')
  await test.services.estate.applyFact(test.context.db, fact)
  await test.services.topology.take(test.context.db, fact)
}

const drawn = async (region = '130000') =>
  (await (await test.as('engineer', region)).inject({ url: '/topology' })).json<TopologyAnswer>()

describe('the map of who stands opposite whom', () => {
  it('is empty before anything is told', async () => {
    expect(await drawn()).toEqual({
      connections: [],
      strangers: [],
      devices: 0,
      isCut: false,
      newestAt: null,
    })
  })

  it('says which circuit is not recorded, with what the port says of it', async () => {
    await take(
      '正定-RT',
      'ZD',
      'GE0/0/9',
      { cables: [cable('GE0/0/9', 'TS', 'GE0/0/8')] },
      '至唐山_电信MSTP10M_主',
    )
    await take('唐山-RT', 'TS', 'GE0/0/8', { cables: [cable('GE0/0/8', 'ZD', 'GE0/0/9')] })
    const { connections, devices } = await drawn()
    expect(devices).toBe(2)
    expect(connections).toMatchObject([
      { layer: 2, agreement: 'both', by: ['lldp'], standing: 'unrecorded', circuits: [] },
    ])
    const near = [connections[0]!.a, connections[0]!.z].find(({ ifName }) => ifName === 'GE0/0/9')
    expect(near?.says).toEqual({
      carrier: 'telecom',
      number: null,
      bandwidthBps: 10e6,
      access: 'mstp',
      role: 'primary',
    })
  })

  it('says that a recorded circuit ends elsewhere', async () => {
    const circuit = await test.context.db.selectFrom('circuits').innerJoin('interfaces', 'interfaces.id', 'circuits.z_interface_id').where('interfaces.device_id', '=', ids.get('正定-RT')!).select(['circuits.number', 'interfaces.if_name']).executeTakeFirstOrThrow() // prettier-ignore
    await take('正定-RT', 'ZD', circuit.if_name, { cables: [cable(circuit.if_name, 'TS', 'GE0/0/8')] })
    await take('唐山-RT', 'TS', 'GE0/0/8', { cables: [cable('GE0/0/8', 'ZD', circuit.if_name)] })
    expect((await drawn()).connections).toMatchObject([
      { standing: 'elsewhere', circuits: [{ name: circuit.number }] },
    ])
  })

  it('shows nobody a device outside their region', async () => {
    const { connections, strangers, devices } = await drawn('130123')
    expect({ connections, devices }).toEqual({ connections: [], devices: 1 })
    expect(strangers).toMatchObject([{ sysName: 'TS', portId: 'GE0/0/8' }])
  })

  it('keeps what was told when an older collector says nothing', async () => {
    await take('正定-RT', 'ZD', 'GE0/0/9', undefined)
    expect((await drawn()).devices).toBe(2)
  })

  it('refuses what no collector tells', () => {
    const fact = { kind: 'device', ...deviceFact('dev_1'), surroundings: { ...alone, cables: [{}] } }
    expect(knownFacts([fact])).toBeNull()
  })
})
