import { describe, expect, it } from 'vitest'
import { parseProfile, ProfileError } from './profile-parse.ts'

const base = 'name: test\n'
const sensor = 'sensors: [{ key: volts, class: voltage, column: 1.3.6.1 }]'

describe('a profile', () => {
  it('gets defaults for what it leaves out', () => {
    const profile = parseProfile(base + sensor, 'test.yaml')
    expect(profile).toMatchObject({ vendor: '', extends: [], processors: [] })
    expect(profile.sensors[0]).toMatchObject({
      scale: 1,
      offset: 0,
      invalid: [],
      form: 'number',
      bareIndex: '0',
      keepEmpty: false,
    })
  })

  it.each([
    ['no YAML', 'name: [', '', /./],
    ['nothing', '', '', /object/],
    ['no name', 'vendor: x', '', /name/],
    ['an unknown key', `${base}colour: red`, '/colour', /not a known key/],
    [
      'an OID that is none',
      `${base}sensors: [{ key: a1, class: voltage, column: ifDescr }]`,
      '/sensors/0/column',
      /OID in numbers/,
    ],
    [
      'an unknown class',
      `${base}sensors: [{ key: a1, class: smell, column: 1.3.6 }]`,
      '/sensors/0/class',
      /one of temperature, humidity/,
    ],
    [
      'a scale that is text',
      `${base}sensors: [{ key: a1, class: voltage, column: 1.3.6, scale: ten }]`,
      '/sensors/0/scale',
      /number/,
    ],
    ['a broken pattern', `${base}version: [{ sysDescr: true, match: '(' }]`, '/version/0/match', /regex/],
    [
      'a find without a source',
      `${base}version: [{ match: 'x' }]`,
      '/version/0',
      /one of sysDescr, oid, column/,
    ],
    ['a find with two', `${base}version: [{ oid: 1.3.6, sysDescr: true }]`, '/version/0', /one of/],
    [
      'rows without a column',
      `${base}version: [{ oid: 1.3.6, where: [{ column: 1.3.6, in: [3] }] }]`,
      '/version/0',
      /where/,
    ],
    [
      'memory that cannot be computed',
      `${base}memory: [{ used: { column: 1.3.6 } }]`,
      '/memory/0',
      /used and size/,
    ],
    [
      'a state without states',
      `${base}sensors: [{ key: a1, class: state, column: 1.3.6 }]`,
      '/sensors/0/states',
      /states/,
    ],
    [
      'states without a state',
      `${base}sensors: [{ key: a1, class: voltage, column: 1.3.6, states: { 1: [on, ok] } }]`,
      '/sensors/0/states',
      /states/,
    ],
    [
      'an unknown severity',
      `${base}sensors: [{ key: a1, class: state, column: 1.3.6, states: { 1: [on, fine] } }]`,
      '/sensors/0/states/1/1',
      /./,
    ],
    [
      'a recognition of everything',
      `${base}recognise: [{}]`,
      '/recognise/0',
      /sysObjectID, sysDescr or probe/,
    ],
    [
      'too many rules',
      `${base}sensors: [${'{ key: a1, class: voltage, column: 1.3.6 },'.repeat(257)}]`,
      '/sensors',
      /256/,
    ],
  ])('is refused with %s', (_, text, path, message) => {
    const attempt = () => parseProfile(text, 'test.yaml')
    expect(attempt).toThrow(ProfileError)
    expect(attempt).toThrow(/^profile test\.yaml is not usable/)
    try {
      attempt()
    } catch (error) {
      const issue = (error as ProfileError).issues.find((known) => known.path === path)
      expect(issue?.message).toMatch(message)
    }
  })

  it('is refused when it is longer than any profile is', () => {
    expect(() => parseProfile(`# ${'x'.repeat(300_000)}`, 'test.yaml')).toThrow(/longer than/)
  })
})
