import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import type { DeviceFact } from './facts.ts'
import { deviceFact, interfaceFacts, sensorFacts, withSmallEstate } from './testing.ts'

let test: TestApp
let deviceId: string
beforeAll(async () => {
  test = await testApp()
  deviceId = (await withSmallEstate(test)).get('正定-RT')!
})
afterAll(() => test.close())

const apply = (more: Partial<DeviceFact>) =>
  test.services.estate.applyFact(test.context.db, deviceFact(deviceId, more))
const interfaces = () =>
  test.context.db
    .selectFrom('interfaces')
    .selectAll()
    .where('device_id', '=', deviceId)
    .orderBy('id')
    .execute()
const find = async (ifName: string) => (await interfaces()).find((row) => row.if_name === ifName)

describe('a discovery', () => {
  it('gives ids once, however often it comes', async () => {
    const fact = { interfaces: [interfaceFacts('GE0/0/1')], sensors: [sensorFacts('fan.1')] }
    expect(await apply(fact)).toBe(true)
    const before = await interfaces()
    expect(await apply(fact)).toBe(false)
    expect(await interfaces()).toEqual(before)
  })

  it('meets interfaces by name: those that circuits end at keep their ids', async () => {
    const known = await find('up-正定-主')
    await apply({ interfaces: [interfaceFacts('up-正定-主', { ifIndex: 9, ifAlias: 'To_石家庄' })] })
    expect(await find('up-正定-主')).toMatchObject({
      id: known!.id,
      if_index: 9,
      if_alias: 'To_石家庄',
      if_oper_status: 'up',
    })
  })

  it('keeps an interface that vanished, without an ifIndex', async () => {
    await apply({ interfaces: [interfaceFacts('GE0/0/7', { ifIndex: 7 })] })
    await apply({ interfaces: [interfaceFacts('GE0/0/8', { ifIndex: 7 })] })
    expect((await find('GE0/0/7'))!.if_index).toBeNull()
    expect((await find('GE0/0/8'))!.if_index).toBe(7)
  })

  it('notes since when an interface is up or down', async () => {
    await apply({ atMs: 1000, interfaces: [interfaceFacts('GE0/0/3')] })
    await apply({ atMs: 2000, interfaces: [interfaceFacts('GE0/0/3', { ifAlias: 'other' })] })
    expect((await find('GE0/0/3'))!.oper_since).toBe(1000)
    await apply({ atMs: 3000, interfaces: [interfaceFacts('GE0/0/3', { ifOperStatus: 'down' })] })
    expect((await find('GE0/0/3'))!.oper_since).toBe(3000)
  })

  it.each<[string, DeviceFact['interfaces'], string[]]>([
    ['a name twice', [interfaceFacts('Slot'), interfaceFacts('Slot', { ifIndex: 2 })], ['Slot', 'Slot#2']],
    ['no ifName', [interfaceFacts('', { ifDescr: 'eth 0' })], ['eth 0']],
    ['no name at all', [interfaceFacts('', { ifIndex: 4711 })], ['if4711']],
    ['NUL in a name', [interfaceFacts('na\0me', { ifAlias: '\0' })], ['name']],
    [
      'an ifIndex twice',
      [interfaceFacts('Null0'), interfaceFacts('Null0'), interfaceFacts('Null0')],
      ['Null0', 'Null0#1'],
    ],
    [
      'what is no interface',
      [null as never, {} as never, interfaceFacts('Loop0', { ifSpeedBps: NaN, ifAlias: 7 as never })],
      ['Loop0'],
    ],
  ])('survives %s', async (_name, facts, expected) => {
    expect(await apply({ interfaces: facts })).toBe(true)
    for (const ifName of expected) expect(await find(ifName)).toBeDefined()
  })

  it('changes a sensor in place', async () => {
    await apply({ sensors: [sensorFacts('fan.2', { highWarn: 40 })] })
    await apply({
      sensors: [sensorFacts('fan.2', { highWarn: 50, states: [{ value: 1, text: 'ok', severity: 'ok' }] })],
    })
    const rows = await test.context.db.selectFrom('sensors').selectAll().where('key', '=', 'fan.2').execute()
    expect(rows).toMatchObject([{ high_warn: 50, states: '[{"value":1,"text":"ok","severity":"ok"}]' }])
  })

  it('of a device that is gone is dropped', async () => {
    expect(await test.services.estate.applyFact(test.context.db, deviceFact('dev_gone'))).toBe(false)
  })
})
