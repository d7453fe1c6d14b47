import { describe, expect, it } from 'vitest'
import { models } from '../demo/models.ts'
import { forDevice, loadProfiles, resolveProfiles } from './profile-library.ts'
import { recognise } from './profile-recognise.ts'
import { upsKeys } from './sensor.ts'

const profiles = loadProfiles()
const resolved = (files: Record<string, string>) => resolveProfiles(new Map(Object.entries(files)))

describe('a device is recognised', () => {
  it.each([
    ['1.3.6.1.4.1.2011.2.23.291', '', 'huawei-vrp'],
    ['1.3.6.1.4.1.2011.6.174.4.1.2.4', '', 'huawei-ups'],
    ['1.3.6.1.4.1.2011.10.1.11', '', 'h3c-comware'],
    ['1.3.6.1.4.1.25506.1.766', '', 'h3c-comware'],
    ['1.3.6.1.4.1.9.1.634', 'Cisco IOS Software, C3560 Software', 'cisco-ios'],
    [
      '1.3.6.1.4.1.9.1.2093',
      'Cisco IOS Software [Bengaluru], ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M)',
      'cisco-iosxe',
    ],
    ['1.3.6.1.4.1.9.1.1018', 'Cisco IOS XR Software', 'cisco-iosxr'],
    ['1.3.6.1.4.1.9.1.2409', 'Cisco FirePOWER Threat Defense', 'cisco-asa'],
    ['1.3.6.1.4.1.9.12.3.1.3.2010', '', 'cisco-nxos'],
    ['1.3.6.1.4.1.9.6.1.99', '', 'cisco-smb'],
    ['1.3.6.1.4.1.4881.1.1.10.1.150', '', 'ruijie'],
    ['1.3.6.1.4.1.3902.15.2.1.4', '', 'zte'],
    ['1.3.6.1.4.1.6339.1.1.1.293', '', 'dcn'],
    ['1.3.6.1.4.1.8072.3.2.10', 'Linux a 6.1 x86_64', 'linux-net-snmp'],
    ['1.3.6.1.4.1.311.1.1.3.1.2', '', 'windows'],
    ['1.3.6.1.2.1.33', '', 'ups-rfc1628'],
    ['1.3.6.1.4.1.318.1.3.27', '', 'apc'],
    ['1.3.6.1.4.1.534.1', '', 'eaton'],
    ['1.3.6.1.4.1.2636.1.1.1.2.57', '', 'juniper'],
    ['', 'Huawei Versatile Routing Platform Software', 'huawei-vrp'],
    ['1.3.6.1.4.1.20110.1', '', 'generic'],
    ['', '', 'generic'],
  ])('by sysObjectID %s and sysDescr "%s": %s', (sysObjectID, sysDescr, name) => {
    expect(recognise(profiles, { sysObjectID, sysDescr }).profile.name).toBe(name)
  })

  it.each(Object.entries(models))('in the demo: %s', (_, model) => {
    expect(recognise(profiles, model).profile.name).not.toBe('generic')
  })
})

it.each(['ups-rfc1628', 'huawei-ups', 'apc', 'eaton'])('%s has every key that rules know by name', (name) => {
  const keys = profiles.find((profile) => profile.name === name)?.sensors.map(({ key }) => key)
  expect(keys).toEqual(expect.arrayContaining(Object.values(upsKeys)))
})

describe('extends', () => {
  it("puts a profile's own rules first", () => {
    const [, child] = resolved({
      'base.yaml': 'name: base\nversion: [{ oid: 1.3.6.1 }]\nvendor: base\ncpuCombination: mean',
      'child.yaml': 'name: child\nextends: [base]\nversion: [{ oid: 1.3.6.2 }]',
    })
    expect(child?.version.map(({ oid }) => oid)).toEqual(['1.3.6.2', '1.3.6.1'])
    expect(child).toMatchObject({ vendor: '', cpuCombination: 'mean' })
  })

  it('hands quirks down, and one may be taken back', () => {
    const [, child] = resolved({
      'base.yaml': 'name: base\nquirks: { noBulk: true, mostObjects: 8 }',
      'child.yaml': 'name: child\nextends: [base]\nquirks: { noBulk: false }',
    })
    expect(child?.quirks).toEqual({ noBulk: false, mostObjects: 8 })
  })

  it('moves what it inherits to where another maker keeps it', () => {
    const [, child] = resolved({
      'base.yaml':
        'name: base\nsensors: [{ key: volts, class: voltage, column: 1.3.6.1.4.1.33.1, where: [{ column: 1.3.6.1.4.1.33.2, in: [1] }], text: 1.3.6.1.4.1.331.1 }]',
      'child.yaml': 'name: child\nextends: [base]\nrebase: { 1.3.6.1.4.1.33: 1.3.6.1.4.1.44.7 }',
    })
    expect(child?.sensors[0]).toMatchObject({
      column: '1.3.6.1.4.1.44.7.1',
      where: [{ column: '1.3.6.1.4.1.44.7.2' }],
      text: '1.3.6.1.4.1.331.1',
    })
  })

  it("puts what each model keeps in its own subtree below the device's sysObjectID", () => {
    const [profile] = resolved({
      'own.yaml':
        'name: own\nownTree: { base: 1.3.6.1.4.1.33.0, drop: 1 }\nprocessors: [{ column: 1.3.6.1.4.1.33.0.39.2 }, { column: 1.3.6.1.4.1.33.7 }]',
    })
    const columns = profile && forDevice(profile, '1.3.6.1.4.1.33.10.27.102').processors
    expect(columns?.map(({ column }) => column)).toEqual(['1.3.6.1.4.1.33.10.27.39.2', '1.3.6.1.4.1.33.7'])
  })

  it.each([
    [
      'an unknown profile',
      { 'aa.yaml': 'name: aa\nextends: [nobody]' },
      /aa\.yaml[\s\S]*knows no profile nobody/,
    ],
    [
      'itself',
      { 'aa.yaml': 'name: aa\nextends: [bb]', 'bb.yaml': 'name: bb\nextends: [aa]' },
      /extends itself/,
    ],
    ['a name that is not its file', { 'aa.yaml': 'name: bb' }, /must be the name of its file/],
  ])('is refused with %s', (_, files, message) => {
    expect(() => resolved(files as unknown as Record<string, string>)).toThrow(message)
  })
})
