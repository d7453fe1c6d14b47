import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actAs, type Actor } from '../audit/actor.ts'
import { testApp, type TestApp } from '../testing.ts'
import { deviceFact, interfaceFacts, sensorFacts, withSmallEstate } from './testing.ts'

const collector: Actor = {
  kind: 'collector',
  id: 'col_1',
  name: '市采集器',
  address: '10.1.1.1',
  requestId: null,
  reason: null,
}

let test: TestApp
let deviceId: string
beforeAll(async () => {
  test = await testApp()
  deviceId = (await withSmallEstate(test)).get('正定-RT')!
})
afterAll(() => test.close())

/** What the trail has of it, told by a collector. */
async function told(more: Parameters<typeof deviceFact>[1]) {
  const { audit, estate } = test.services
  const before = await test.context.db.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow()
  await actAs(collector, () =>
    audit.write((tx, note) => estate.applyFact(tx, deviceFact(deviceId, more), note)),
  )
  const rows = await test.context.db
    .selectFrom('audit_records')
    .selectAll()
    .where('seq', '>', before.seq)
    .execute()
  return rows.map(({ before: was, after: is, ...row }) => ({
    ...row,
    before: JSON.parse(was ?? 'null') as unknown,
    after: JSON.parse(is ?? 'null') as unknown,
  }))
}

const ports = (...names: string[]) => names.map((name, i) => interfaceFacts(name, { ifIndex: i + 1 }))

describe('what a collector finds', () => {
  it('is one record at first, with a summary', async () => {
    const records = await told({ interfaces: ports('GE0', 'GE1'), sensors: [sensorFacts('t1')] })
    expect(records).toMatchObject([
      {
        action: 'estate.device-discovered',
        actor_kind: 'collector',
        actor_name: '市采集器',
        entity_name: '正定-RT',
        region_id: test.regions.get('130123'),
        before: null,
        after: { vendor: 'Huawei', hardware: 'AR6121', interfaces: 2, sensors: 1 },
      },
    ])
  })

  it.each([
    ['nothing, where it is the same', {}, []],
    [
      'nothing, where only a status is another',
      {
        interfaces: [interfaceFacts('GE0', { ifOperStatus: 'down' }), interfaceFacts('GE1', { ifIndex: 2 })],
      },
      [],
    ],
    [
      'what came',
      { interfaces: ports('GE0', 'GE1', 'GE2') },
      [{ after: { interfacesAdded: ['GE2'], interfacesAddedCount: 1 } }],
    ],
    [
      'what went',
      { interfaces: ports('GE0', 'GE1') },
      [{ before: { interfacesGone: ['GE2'], interfacesGoneCount: 1 }, after: {} }],
    ],
    [
      'what came back',
      { interfaces: ports('GE0', 'GE1', 'GE2') },
      [{ after: { interfacesAdded: ['GE2'], interfacesAddedCount: 1 } }],
    ],
    [
      'another version',
      { interfaces: ports('GE0', 'GE1', 'GE2'), identity: { ...deviceFact('').identity, version: 'V9' } },
      [{ action: 'estate.device-changed', before: { version: 'V300R022' }, after: { version: 'V9' } }],
    ],
  ])('is %s', async (_what, more, expected) => {
    const sensors = [sensorFacts('t1')]
    expect(await told({ interfaces: ports('GE0', 'GE1'), sensors, ...more })).toMatchObject(expected)
  })
})
