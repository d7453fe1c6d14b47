import { resolveProfiles } from '@zongheng/inventory/profile-library.ts'
import { expect, it } from 'vitest'
import { discover } from './discover.ts'
import { wordsOf } from './rows.ts'
import { withDevice } from './testing.ts'

const table = '1.3.6.1.4.1.99999.1.1'
const ifName = '1.3.6.1.2.1.31.1.1.1.1'
const profile = `
name: optics
recognise: [{ sysObjectID: [1.3.6.1.4.1.99999] }]
sensors:
  - key: opticalRxPower
    class: dbm
    column: ${table}.2
    index: '\\.4$'
    text: ${ifName}
    textAt: '{1}'
    form: opticalPower
    where: [{ column: ${table}.9, at: '{1}', in: [1] }, { column: ${table}.8, at: '{1}', match: '^GE' }]
`

it('takes the rows of one kind, words them and rules them by a part of their index', async () => {
  const objects = {
    '1.3.6.1.2.1.1.2.0': { type: 'oid', value: '1.3.6.1.4.1.99999.7' } as const,
    [`${table}.2.101.3`]: 33,
    [`${table}.2.101.4`]: 500,
    [`${table}.2.102.4`]: -2677,
    [`${table}.2.103.4`]: 500,
    [`${table}.9.101`]: 1,
    [`${table}.9.102`]: 1,
    [`${table}.9.103`]: 2,
    [`${table}.2.104.4`]: 500,
    [`${table}.9.104`]: 1,
    [`${table}.8.101`]: 'GE port',
    [`${table}.8.102`]: 'GE port',
    [`${table}.8.103`]: 'GE port',
    [`${table}.8.104`]: 'copper',
    [`${ifName}.101`]: 'GE0/1',
    [`${ifName}.102`]: 'GE0/2',
  }
  const profiles = resolveProfiles(new Map([['optics.yaml', profile]]))
  const { sensors } = await withDevice(objects, (session) => discover(session, profiles))
  expect(sensors.map(({ facts }) => [facts.key, facts.descr])).toEqual([
    ['opticalRxPower.101.4', 'GE0/1'],
    ['opticalRxPower.102.4', 'GE0/2'],
  ])
})

const probes = `
name: probes
recognise: [{ sysObjectID: [1.3.6.1.4.1.99999] }]
sensors:
  - key: probeTemperature
    class: temperature
    column: ${table}.2
    divisorColumn: ${table}.3
    digitsColumn: ${table}.4
    text: ${table}.1
    where: [{ column: ${table}.1, match: Temperature }]
`

it('takes the rows whose words match, scaled as their own columns say, within what can be', async () => {
  const objects = {
    '1.3.6.1.2.1.1.2.0': { type: 'oid', value: '1.3.6.1.4.1.99999.7' } as const,
    [`${table}.1.1`]: 'Inlet Temperature',
    [`${table}.1.2`]: 'Humidity',
    [`${table}.1.3`]: 'Temperature, no probe',
    [`${table}.1.4`]: 'Outlet Temperature',
    [`${table}.2.1`]: 2150,
    [`${table}.2.2`]: 45,
    [`${table}.2.3`]: 2147483647,
    [`${table}.2.4`]: 300,
    [`${table}.3.1`]: 10,
    [`${table}.3.4`]: 0,
    [`${table}.4.1`]: 1,
    [`${table}.4.4`]: 1,
  }
  const profiles = resolveProfiles(new Map([['probes.yaml', probes]]))
  const { sensors } = await withDevice(objects, (session) => discover(session, profiles))
  expect(sensors.map(({ facts, reading }) => [facts.descr, reading.scale, reading.max])).toEqual([
    ['Inlet Temperature', 0.01, 250],
    ['Outlet Temperature', 0.1, 250],
  ])
})

it.each([
  ['2.122.120.1.49', ['zx', '1'], ''],
  ['2.122.120.1.49.7', ['zx', '1'], '7'],
  ['0.2.122.120', ['', 'zx'], ''],
  ['6.228.185.161.233.149.135', ['乡镇'], ''],
  ['5.122.120', [], '5.122.120'],
])('reads the texts in the index %s', (index, words, rest) => expect(wordsOf(index)).toEqual({ words, rest }))
