import { loadProfiles, resolveProfiles } from '@zongheng/inventory/profile-library.ts'
import { upsKeys, upsOnBattery } from '@zongheng/inventory/sensor.ts'
import { describe, expect, it } from 'vitest'
import { SnmpError } from '../snmp/error.ts'
import { discover } from './discover.ts'
import { entitySensorScale } from './entity-sensors.ts'
import { measure } from './measure.ts'
import { cpuPercent, memoryPercent, readNumber } from './plan.ts'
import { withDevice, type Objects } from './testing.ts'

const profiles = loadProfiles()
const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'
const entity = '1.3.6.1.2.1.47.1.1.1.1'

const system = (sysObjectID: string, sysDescr = ''): Objects => ({
  '1.3.6.1.2.1.1.1.0': sysDescr,
  '1.3.6.1.2.1.1.2.0': { type: 'oid', value: sysObjectID },
  '1.3.6.1.2.1.1.5.0': 'test',
})
const port = (ifIndex: number, ifDescr: string, more: Objects = {}): Objects => ({
  [`${ifEntry}.2.${ifIndex}`]: ifDescr,
  [`${ifEntry}.3.${ifIndex}`]: 6,
  [`${ifEntry}.7.${ifIndex}`]: 1,
  [`${ifEntry}.8.${ifIndex}`]: 2,
  ...more,
})
const found = (objects: Objects) => withDevice(objects, (session) => discover(session, profiles))

it('decodes an alias as UTF-8, or else as GB18030', async () => {
  const gb = Buffer.from('bdbbbbbbbbfa5f4d53545031304d', 'hex') // 交换机_MSTP10M
  const { interfaces } = await found({
    ...system('1.3.6.1.4.1.2011.2.23.1'),
    ...port(1, 'GigabitEthernet0/0/1', { [`${ifXEntry}.18.1`]: 'To_正定_MSTP10M' }),
    ...port(2, 'GigabitEthernet0/0/2', { [`${ifXEntry}.18.2`]: gb }),
  })
  expect(interfaces.map((facts) => facts.ifAlias)).toEqual(['To_正定_MSTP10M', '交换机_MSTP10M'])
})

it('knows a card that sends its sysObjectID as text', async () => {
  const { identity } = await found({
    ...system(''),
    '1.3.6.1.2.1.1.2.0': '.1.3.6.1.4.1.232.165.11',
  })
  expect(identity).toMatchObject({ vendor: 'hpe', category: 'pdu', sysObjectID: '1.3.6.1.4.1.232.165.11' })
})

it('names an interface by ifName, else by ifDescr, and never two alike', async () => {
  const { interfaces } = await found({
    ...system('1.3.6.1.4.1.99999'),
    ...port(1, 'FastEthernet0/1', { [`${ifXEntry}.1.1`]: 'Fa0/1' }),
    ...port(2, 'eth'),
    ...port(3, 'eth'),
  })
  expect(interfaces.map((facts) => facts.ifName)).toEqual(['Fa0/1', 'eth', 'eth#3'])
  expect(interfaces[0]).toMatchObject({
    ifAdminStatus: 'up',
    ifOperStatus: 'down',
    ifSpeedBps: null,
    ifMtu: null,
  })
})

it.each([
  ['ifSpeed alone', 100_000_000, undefined, 100_000_000],
  ['ifHighSpeed beyond 32 bits', 4_294_967_295, 40_000, 40_000_000_000],
  ['an E1, exactly', 2_048_000, 2, 2_048_000],
  ['below 1 Mbit/s', 64_000, 0, 64_000],
  ['ifHighSpeed where they disagree', 10_000_000, 1000, 1_000_000_000],
])('takes the speed: %s', async (_, ifSpeed, ifHighSpeed, expected) => {
  const { interfaces } = await found({
    ...system('1.3.6.1.4.1.99999'),
    ...port(1, 'a', {
      [`${ifEntry}.5.1`]: { type: 'gauge32', value: ifSpeed },
      ...(ifHighSpeed !== undefined && { [`${ifXEntry}.15.1`]: { type: 'gauge32', value: ifHighSpeed } }),
    }),
  })
  expect(interfaces[0]?.ifSpeedBps).toBe(expected)
})

it('reads a Huawei board: CPU and memory where there is memory, no temperature where there is no sensor', async () => {
  const state = '1.3.6.1.4.1.2011.5.25.31.1.1.1.1'
  const board = (
    index: number,
    name: string,
    cpu: number,
    memory: number,
    size: number,
    celsius: number,
  ): Objects => ({
    [`${entity}.5.${index}`]: 9,
    [`${entity}.7.${index}`]: name,
    [`${state}.5.${index}`]: cpu,
    [`${state}.7.${index}`]: memory,
    [`${state}.9.${index}`]: size,
    [`${state}.11.${index}`]: celsius,
    [`${state}.12.${index}`]: 68,
  })
  const objects = {
    ...system('1.3.6.1.4.1.2011.2.23.291', 'S5720-56C\nHuawei Versatile Routing Platform Software'),
    ...port(1, 'GigabitEthernet0/0/1'),
    ...board(9, 'MPU Board 0', 44, 9, 1_598_029_824, 42),
    ...board(10, 'Slot', 0, 0, 0, 2_147_483_647),
    '1.3.6.1.4.1.2011.5.25.31.1.1.10.1.7.0.1': 2,
  }
  await withDevice(objects, async (session) => {
    const discovery = await discover(session, profiles)
    const lookup = await measure(session, discovery)
    expect(discovery.identity).toMatchObject({ vendor: 'huawei', hardware: 'S5720-56C', category: 'network' })
    expect(cpuPercent(discovery, lookup)).toBe(44)
    expect(memoryPercent(discovery, lookup)).toBe(9)
    expect(discovery.sensors.map(({ facts }) => [facts.key, facts.descr, facts.highWarn])).toEqual([
      ['hwEntityTemperature.9', 'MPU Board 0', 68],
      ['hwEntityFanState.0.1', 'Fan 0/1', null],
    ])
    const fan = discovery.sensors[1]
    expect(fan?.facts.states.find(({ value }) => value === 2)?.severity).toBe('critical')
  })
})

it.each([
  ['by the standard', '1.3.6.1.2.1.33', { '1.3.6.1.2.1.33.1.4.1.0': 5, '1.3.6.1.2.1.33.1.2.3.0': 65_535 }],
  [
    'by APC',
    '1.3.6.1.4.1.318.1.3.27',
    { '1.3.6.1.4.1.318.1.1.1.4.1.1.0': 3, '1.3.6.1.2.1.33.1.2.3.0': 65_535 },
  ],
  ['by Eaton', '1.3.6.1.4.1.534.1', { '1.3.6.1.4.1.534.1.4.5.0': 5, '1.3.6.1.2.1.33.1.2.3.0': 65_535 }],
])('a UPS on battery says so in the words of UPS-MIB: %s', async (_, sysObjectID, objects) => {
  await withDevice({ ...system(sysObjectID), ...objects }, async (session) => {
    const discovery = await discover(session, profiles)
    const lookup = await measure(session, discovery)
    const sensor = (key: string) => discovery.sensors.find(({ facts }) => facts.key === key)
    const source = sensor(upsKeys.outputSource)
    expect(source && readNumber(source.reading, lookup(source.reading.oid))).toBe(upsOnBattery)
    expect(source?.facts.states.find(({ value }) => value === upsOnBattery)?.severity).toBe('critical')
    const minutes = sensor(upsKeys.minutesRemaining)
    expect(minutes && readNumber(minutes.reading, lookup(minutes.reading.oid))).toBeNull()
  })
})

it('scales entity sensors by scale and precision, and leaves out those that are not operational', async () => {
  const sensor = (
    index: number,
    type: number,
    scale: number,
    precision: number,
    value: number,
    status: number,
  ): Objects => ({
    [`${entity}.2.${index}`]: `probe ${index}`,
    [`1.3.6.1.2.1.99.1.1.1.1.${index}`]: type,
    [`1.3.6.1.2.1.99.1.1.1.2.${index}`]: scale,
    [`1.3.6.1.2.1.99.1.1.1.3.${index}`]: precision,
    [`1.3.6.1.2.1.99.1.1.1.4.${index}`]: value,
    [`1.3.6.1.2.1.99.1.1.1.5.${index}`]: status,
  })
  const objects = {
    ...system('1.3.6.1.4.1.8072.3.2.255', 'Room environment monitor'),
    ...sensor(1, 8, 9, 1, 235, 1),
    ...sensor(2, 4, 8, 0, 3300, 1),
    ...sensor(3, 8, 9, 1, 999, 2),
    ...sensor(4, 8, 9, 0, 1_000_000_000, 1),
  }
  await withDevice(objects, async (session) => {
    const discovery = await discover(session, profiles)
    const lookup = await measure(session, discovery)
    const values = discovery.sensors.map(({ facts, reading }) => [
      facts.class,
      facts.descr,
      readNumber(reading, lookup(facts.oid)),
    ])
    expect(values).toEqual([
      ['temperature', 'probe 1', 23.5],
      ['voltage', 'probe 2', expect.closeTo(3.3, 9)],
    ])
    expect(discovery.sensors[0]?.facts).toMatchObject({ lowWarn: 16, highWarn: 27, highCritical: 35 })
  })
})

it.each([
  [9, 0, 1],
  [9, 2, 0.01],
  [8, 1, 0.0001],
  [10, 0, 1000],
  [9, -3, 1],
])('scale %i and precision %i make a factor of %d', (scale, precision, factor) => {
  expect(entitySensorScale(scale, precision)).toBe(factor)
})

it('tells what it could not read, and goes on without it', async () => {
  const objects = { ...system('1.3.6.1.4.1.2011.2.1'), ...port(1, 'a'), '1.3.6.1.4.1.2011.6.3.4.1.4.1': 30 }
  const silent = '1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5'
  const discovery = await withDevice(objects, (session) => discover(session, profiles), [silent])
  expect(discovery.interfaces).toHaveLength(1)
  expect(discovery.processors.map(({ reading }) => reading.oid)).toEqual(['1.3.6.1.4.1.2011.6.3.4.1.4.1'])
  expect(discovery.problems.map(({ oid }) => oid)).toEqual([silent])
})

it('begins no further table when its time is over', async () => {
  const objects = { ...system('1.3.6.1.4.1.2011.2.1'), ...port(1, 'a'), '1.3.6.1.4.1.2011.6.3.4.1.4.1': 30 }
  let nowMs = 0
  const discovery = await withDevice(objects, (session) =>
    discover(session, profiles, { timeLimitMs: 10, now: () => (nowMs += 10) }),
  )
  expect(discovery.interfaces).toHaveLength(1)
  expect(discovery.processors).toEqual([])
  expect(discovery.problems.length).toBeGreaterThan(0)
})

it('fails when the interfaces cannot be read', async () => {
  const objects = { ...system('1.3.6.1.4.1.2011.2.1'), ...port(1, 'a') }
  const failing = withDevice(objects, (session) => discover(session, profiles), [`${ifEntry}.8`])
  await expect(failing).rejects.toThrow(SnmpError)
})

it('is plain data: a discovery survives JSON', async () => {
  const discovery = await found({ ...system('1.3.6.1.2.1.33'), '1.3.6.1.2.1.33.1.2.1.0': 2 })
  expect(JSON.parse(JSON.stringify(discovery))).toEqual(discovery)
})

it('puts the words of a row together', async () => {
  const profile = `
name: generic
processors:
  - { column: 1.3.6.1.4.1.9.9.109.1.1.1.1.8, textIndex: 1.3.6.1.4.1.9.9.109.1.1.1.1.2, text: ${entity}.7, descr: '{text} in {1}' }
`
  const objects = {
    ...system('1.3.6.1.4.1.9.1.1'),
    '1.3.6.1.4.1.9.9.109.1.1.1.1.2.7': 1001,
    '1.3.6.1.4.1.9.9.109.1.1.1.1.8.7': 12,
    [`${entity}.7.1001`]: 'Supervisor',
  }
  const discovery = await withDevice(objects, (session) =>
    discover(session, resolveProfiles(new Map([['generic.yaml', profile]]))),
  )
  expect(discovery.processors[0]?.descr).toBe('Supervisor in 7')
})

describe('a device is recognised', () => {
  const netSnmp = '1.3.6.1.4.1.8072.3.2.10'
  const some = resolveProfiles(
    new Map([
      ['generic.yaml', 'name: generic'],
      ['linux.yaml', `name: linux\nrecognise: [{ sysObjectID: [${netSnmp}] }]\nvendor: linux`],
      [
        'nas.yaml',
        `name: nas\nrecognise: [{ sysObjectID: [${netSnmp}], probe: { oid: 1.3.6.1.4.1.6574.1.1.0 } }]
extends: [linux]\nhardware: [{ sysDescr: true, match: 'ab(c)' }]\nserial: [{ oid: 1.3.6.1.4.1.6574.1.5.2.0 }]`,
      ],
    ]),
  )
  const read = (objects: Objects) => withDevice(objects, (session) => discover(session, some))

  it('by an object that it answers, and every text of its identity names the rule that found it', async () => {
    const nas = { '1.3.6.1.4.1.6574.1.1.0': 1, '1.3.6.1.4.1.6574.1.5.2.0': ' S1234 ' }
    const { profile, recognition } = await read({
      ...system(netSnmp, 'Linux abc'),
      ...port(1, 'eth0'),
      ...nas,
    })
    expect(profile).toBe('nas')
    expect(recognition).toEqual({
      rule: 'nas/recognise/0',
      identity: {
        hardware: { rule: 'nas/hardware/0', oid: null, raw: 'Linux abc' },
        serial: { rule: 'nas/serial/0', oid: '1.3.6.1.4.1.6574.1.5.2.0', raw: 'S1234' },
      },
    })
  })

  it('by what it says when it does not answer that', async () => {
    const { profile, recognition } = await read({ ...system(netSnmp, 'Linux abc'), ...port(1, 'eth0') })
    expect(profile).toBe('linux')
    expect(recognition?.identity.vendor).toEqual({ rule: 'linux/vendor', oid: null, raw: '' })
  })
})
