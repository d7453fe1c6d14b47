import { describe, expect, it } from 'vitest'
import { resolveProfiles } from './profile-library.ts'
import { probesOf, recognise } from './profile-recognise.ts'

const netSnmp = '1.3.6.1.4.1.8072.3.2.10'
const profiles = resolveProfiles(
  new Map(
    Object.entries({
      generic: 'name: generic',
      linux: `name: linux\nrecognise: [{ sysObjectID: [${netSnmp}] }]`,
      nas: `name: nas\nrecognise: [{ sysObjectID: [${netSnmp}], probe: { oid: 1.3.6.1.4.1.6574.1.1.0 } }]`,
      ups: `name: ups\nrecognise: [{ sysObjectID: [${netSnmp}], probe: { oid: 1.3.6.1.4.1.4555.1.1.0, match: '^NET' } }]`,
      mute: 'name: mute\nrecognise: [{ probe: { oid: 1.3.6.1.4.1.318.1.1.0 } }, { probe: { oid: 1.3.6.1.4.1.318.1.2.0 } }]',
    }).map(([name, text]) => [`${name}.yaml`, text]),
  ),
)
const linux = { sysObjectID: netSnmp, sysDescr: 'Linux nas 5.10' }
const nobody = { sysObjectID: '1.3.6.1.4.1.0', sysDescr: '' }

describe('instances are asked for', () => {
  it.each([
    ['where a rule of what the device says of itself has one', linux, ['1.3.6.1.4.1.6574.1.1.0', '1.3.6.1.4.1.4555.1.1.0']], // prettier-ignore
    ['where nothing recognises it', nobody, ['1.3.6.1.4.1.318.1.1.0', '1.3.6.1.4.1.318.1.2.0']],
  ])('%s', (_, device, oids) => expect(probesOf(profiles, device)).toEqual(oids))
})

describe('a device is recognised', () => {
  it.each([
    ['by what it says when it answers none', linux, {}, 'linux', 'linux/recognise/0'],
    ['by what it answers', linux, { '1.3.6.1.4.1.6574.1.1.0': '1' }, 'nas', 'nas/recognise/0'],
    ['by the text of what it answers', linux, { '1.3.6.1.4.1.4555.1.1.0': 'NET VISION' }, 'ups', 'ups/recognise/0'], // prettier-ignore
    ['not by another text', linux, { '1.3.6.1.4.1.4555.1.1.0': 'other' }, 'linux', 'linux/recognise/0'],
    ['by an answer alone', nobody, { '1.3.6.1.4.1.318.1.2.0': '' }, 'mute', 'mute/recognise/1'],
    ['by nothing', nobody, {}, 'generic', null],
  ])('%s', (_, device, answers, name, rule) => {
    const probed = new Map(Object.entries(answers))
    const known = recognise(profiles, { ...device, probed })
    expect([known.profile.name, known.rule]).toEqual([name, rule])
  })
})
