import { describe, expect, it } from 'vitest'
import { fields, shownAs, type Shown } from './sides.ts'

describe('the sides of a change', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['what changed first', { a: 1, b: 2 }, { a: 1, b: 3 }, ['b*', 'a']],
    ['what was made', null, { name: 'x', role: 'y' }, ['name*', 'role*']],
    ['what was taken away', { name: 'x' }, null, ['name*']],
    ['what is no object', 'up', 'down', ['*']],
    ['nothing', null, null, []],
    ['a structure that is the same', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, ['a']],
  ])('are listed: %s', (_, before, after, names) =>
    expect(fields(before, after).map(({ name, changed }) => name + (changed ? '*' : ''))).toEqual(names),
  )

  it.each<[string, unknown, Shown]>([
    ['password', '***', { kind: 'masked' }],
    ['expiresAt', 1_795_000_000_000, { kind: 'instant', at: 1_795_000_000_000 }],
    ['bandwidthBps', 10_000_000_000_000, { kind: 'words', items: ['10000000000000'] }],
    ['region', { id: 'reg_1', name: '正定县' }, { kind: 'words', items: ['正定县'] }],
    ['skills', ['BGP', '光纤'], { kind: 'words', items: ['BGP', '光纤'] }],
    ['snmp', { version: '2c' }, { kind: 'structure', text: '{\n  "version": "2c"\n}' }],
    ['enabled', false, { kind: 'truth', holds: false }],
    ['regionId', 'reg_1', { kind: 'region', id: 'reg_1' }],
    ['phone', null, { kind: 'none' }],
    ['totpRoles', [], { kind: 'none' }],
    ['teams', [{ id: 'tem_1', name: '网络组' }], { kind: 'words', items: ['网络组'] }],
  ])('%s: %j is shown as %j', (name, value, shown) => expect(shownAs(name, value)).toEqual(shown))
})
