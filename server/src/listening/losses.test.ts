import { randomUUID } from 'node:crypto'
import type { LogEntry } from '@zongheng/collector/contract.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Replay } from '../replay-testing.ts'
import { smallProvince } from '../state/testing.ts'
import { testApp, type TestApp } from '../testing.ts'
import { lostPorts } from './losses.ts'

const entry = (more: Partial<LogEntry>): LogEntry => ({
  atMs: 0,
  saidMs: null,
  kind: 'syslog',
  address: '127.0.0.1',
  deviceId: '市-rt',
  name: 'linkDown',
  severity: 3,
  facility: null,
  host: null,
  text: '',
  values: {},
  repeated: 0,
  ...more,
})

describe('what a record says is lost', () => {
  const model = smallProvince()
  for (const circuit of model.circuits.values()) circuit.leg!.address = `192.0.2.${circuit.id.length}`
  const [toCounty, toOther] = [model.circuits.get('甲县-primary')!, model.circuits.get('乙县-primary')!]
  toCounty.a.ifName = 'GigabitEthernet0/0/7'
  toOther.a.ifName = 'GE0/0/71'
  toOther.leg!.address = '198.51.100.9'

  it.each<[string, Partial<LogEntry>, string[]]>([
    ['a trap of a port that the collector knows', { kind: 'trap', values: { interfaceId: '甲县-primary-a' } }, ['甲县-primary-a']],
    ['of one at the end of no circuit', { kind: 'trap', values: { interfaceId: 'another' } }, []],
    ['of a port by its name', { kind: 'trap', text: 'ifIndex=7 ifDescr=GigabitEthernet0/0/7' }, ['甲县-primary-a']],
    ['linkUp', { kind: 'trap', name: 'linkUp', values: { interfaceId: '甲县-primary-a' } }, []],
    ['Cisco', { name: 'LINK-3-UPDOWN', text: 'Interface GigabitEthernet0/0/7, changed state to down' }, ['甲县-primary-a']],
    ['Cisco, up again', { name: 'LINK-3-UPDOWN', text: 'Interface GigabitEthernet0/0/7, changed state to up' }, []],
    ['Huawei', { name: 'IFNET/4/LINK_STATE', text: 'The line protocol IP on the interface GE0/0/7 has entered the DOWN state.' }, ['甲县-primary-a']],
    ['H3C, of another port whose name begins the same', { name: 'IFNET/3/PHY_UPDOWN', text: 'Physical state on the interface GigabitEthernet0/0/71 changed to down.' }, ['乙县-primary-a']],
    ['a neighbour by the port', { name: 'OSPF-5-ADJCHG', text: 'Process 1, Nbr 10.0.0.2 on Gi0/0/7 from FULL to DOWN' }, ['甲县-primary-a']],
    ['a neighbour by its address', { name: 'BGP-5-ADJCHANGE', text: 'neighbor 198.51.100.9 Down Interface flap' }, ['乙县-primary-a']],
    ['a neighbour that is well', { name: 'BGP-5-ADJCHANGE', text: 'neighbor 198.51.100.9 Up' }, []],
    ['words of a program', { name: 'sshd', text: 'GigabitEthernet0/0/7 down 198.51.100.9' }, []],
  ])('%s', (_name, more, expected) => {
    expect(lostPorts(entry(more), model.devices.get('市-rt')!, model)).toEqual(expected)
  }) // prettier-ignore
})

it.each([
  ['the channel itself', 'Serial6/0/0:0 has entered the DOWN state.', ['甲县-backup-a']],
  ['the channel, and then a colon', 'Serial6/0/0:0: down', ['甲县-backup-a']],
  ['another channel', 'Serial6/0/0:1 has entered the DOWN state.', []],
  ['the port that it is a channel of', 'Serial6/0/0:down', []],
])('a channel of a port is known by its whole name: %s', (_what, text, expected) => {
  const model = smallProvince()
  const { a } = model.circuits.get('甲县-backup')!
  a.ifName = 'Serial6/0/0:0'
  expect(lostPorts(entry({ name: 'IFNET/4/LINK_STATE', text }), model.devices.get(a.deviceId)!, model)).toEqual(expected) // prettier-ignore
})

describe('a fault that was told', () => {
  let test: TestApp
  let replay: Replay
  beforeEach(async () => {
    test = await testApp()
    replay = await Replay.start(test)
  })
  afterEach(() => test.close())

  const read = (metric: string, values: Record<string, number>) => {
    const ids = Object.keys(values)
    const atMs = ids.map(() => test.context.now)
    return { metric, ids, entities: ids.map((_, i) => i), atMs, values: Object.values(values) }
  }
  const evidence = () => [
    read('ifOperStatus', { '甲县-primary-a': 2 }),
    read('reachable', { '市-rt': 1, '甲县-rt': 1 }),
    read('value', { '市-ups-source': 3, '甲县-ups-source': 3 }),
  ]
  const polled = async () => {
    const mark = { collectorId: 'col', epoch: randomUUID(), lane: 'samples', seq: 1 } as const
    await test.services.decider.commit(mark, evidence())
  }
  const trapped = async () => {
    const { db, now } = test.context
    const told = entry({ kind: 'trap', atMs: now, values: { interfaceId: '甲县-primary-a' } })
    const fact = { kind: 'log' as const, atMs: now, entries: [told] }
    const after = await db.transaction().execute((tx) => test.services.listening.take(tx, fact, 'col'))
    after()
    await test.services.decider.tick()
  }

  it.each([
    ['before it was read', [() => trapped(), () => polled()]],
    ['after it was read', [() => polled(), () => trapped()]],
  ])('%s is an alarm with its incident and its message in the same pass', async (_when, steps) => {
    test.context.now += 1000
    for (const step of steps) {
      expect(await replay.roots()).toEqual([])
      test.context.now += 100
      await step()
    }
    expect(await replay.roots()).toEqual(['link-state 市–甲县 major'])
    expect(await replay.tickets()).toHaveLength(1)
    expect(await test.context.db.selectFrom('notify_threads').select('id').execute()).toHaveLength(1)
    const asked = await test.context.db.selectFrom('jobs').select('device_id').execute()
    expect(asked.map(({ device_id }) => device_id)).toEqual(['甲县-rt'])
  })
})
