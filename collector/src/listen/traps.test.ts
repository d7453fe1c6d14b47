import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listenHere, sealed, tool, type Heard } from './testing.ts'

const linkDown = '1.3.6.1.6.3.1.1.5.3'
const [ifIndex, ifDescr, ifOper] = ['1.3.6.1.2.1.2.2.1.1.3', '1.3.6.1.2.1.2.2.1.2.3', '1.3.6.1.2.1.2.2.1.8.3']
const ports = [ifIndex, 'i', '3', ifDescr, 's', 'GigabitEthernet0/0/3', ifOper, 'i', '2']
const user = {
  version: '3',
  user: 'watcher',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'authentic-key',
  privProtocol: 'aes',
  privKey: 'private-key',
} as const
const v3 = (auth = 'authentic-key', priv = 'private-key', name = 'watcher') =>
  ['-v3', '-u', name, '-l', 'authPriv', '-a', 'SHA-256', '-A', auth, '-x', 'AES', '-X', priv] // prettier-ignore

let heard: Heard
let at: string
let portsSaid: string[]
beforeEach(async () => {
  portsSaid = []
  heard = await listenHere(
    {},
    {
      portOf: async (_device, index) => ({ ifName: `GE0/0/${index}`, id: 'ifc_1' }),
      onPort: (id) => portsSaid.push(id),
    },
  )
  at = `127.0.0.1:${heard.listening.ports.trap}`
})
afterEach(() => heard.close())

const known = (credential: Parameters<typeof sealed>[0]) =>
  heard.listening.set({ deviceId: 'dev_1', address: '127.0.0.1', snmp: sealed(credential) })

describe('what net-snmp sends', () => {
  it.each([
    [
      'v1 trap',
      'snmptrap',
      ['-v1', '-c', 'public'],
      ['1.3.6.1.4.1.8072.3.2.10', '127.0.0.1', '2', '0', '', ...ports],
      'trap',
    ],
    ['v2c trap', 'snmptrap', ['-v2c', '-c', 'public'], ['', linkDown, ...ports], 'trap'],
    ['v2c inform', 'snmpinform', ['-v2c', '-c', 'public'], ['', linkDown, ...ports], 'inform'],
    ['v3 trap', 'snmptrap', [...v3(), '-e', '0x8000000001020304'], ['', linkDown, ...ports], 'trap'],
    ['v3 inform', 'snmpinform', v3(), ['', linkDown, ...ports], 'inform'],
  ])('is understood by name: %s', async (_name, program, how, what, kind) => {
    known(how[0] === '-v3' ? user : { version: '2c', community: 'another' })
    await tool(program, [...how, at, ...what])
    expect(await heard.next()).toMatchObject({
      kind,
      name: 'linkDown',
      address: '127.0.0.1',
      deviceId: 'dev_1',
      severity: 3,
      values: {
        ifIndex: 3,
        ifDescr: 'GigabitEthernet0/0/3',
        ifOperStatus: 'down',
        port: 'GE0/0/3',
        interfaceId: 'ifc_1',
      },
    })
    expect(heard.polls).toEqual([['dev_1', 'status']])
    expect(JSON.stringify(heard.entries)).not.toContain('public')
  })

  it.each([
    ['coldStart', ['-v2c', '-c', 'x'], ['', '1.3.6.1.6.3.1.1.5.1'], 'anew'],
    ['lldpRemTablesChange', ['-v2c', '-c', 'x'], ['', '1.0.8802.1.1.2.0.0.1'], 'anew'],
    ['authenticationFailure', ['-v2c', '-c', 'x'], ['', '1.3.6.1.6.3.1.1.5.5'], null],
    [
      'upsTrapOnBattery',
      ['-v2c', '-c', 'x'],
      ['', '1.3.6.1.2.1.33.2.1', '1.3.6.1.2.1.33.1.2.3.0', 'i', '25'],
      'full',
    ],
    ['hwPowerInvalid', ['-v2c', '-c', 'x'], ['', '1.3.6.1.4.1.2011.5.25.219.2.5.5'], 'full'],
    [
      'hh3cpowerfailure',
      ['-v1', '-c', 'x'],
      ['1.3.6.1.4.1.25506.8.35.12.1', '127.0.0.1', '6', '1', ''],
      'full',
    ],
    ['ruijieSystemPowerOffTrap', ['-v2c', '-c', 'x'], ['', '1.3.6.1.4.1.4881.1.1.10.2.1.2.18'], 'full'],
    [
      'ciscoEnvMonFanNotification',
      ['-v1', '-c', 'x'],
      ['1.3.6.1.4.1.9.9.13.3', '127.0.0.1', '6', '4', ''],
      'full',
    ],
    ['1.3.6.1.4.1.3902.3.9.9', ['-v2c', '-c', 'x'], ['', '1.3.6.1.4.1.3902.3.9.9'], null],
  ])('%s asks for what it concerns', async (name, how, what, depth) => {
    known({ version: '2c', community: 'public' })
    await tool('snmptrap', [...how, at, ...what])
    expect((await heard.next()).name).toBe(name)
    expect(heard.polls).toEqual(depth ? [['dev_1', depth]] : [])
  })

  it('says which of our ports is meant, so that it is looked at from across too', async () => {
    known({ version: '2c', community: 'public' })
    await tool('snmptrap', ['-v2c', '-c', 'x', at, '', linkDown, ...ports])
    await heard.next()
    expect(portsSaid).toEqual(['ifc_1'])
  })

  it('names alarms of a UPS, and types what nobody knows', async () => {
    await tool('snmptrap', ['-v2c', '-c', 'x', at, '', '1.3.6.1.2.1.33.2.3', '1.3.6.1.2.1.33.1.6.2.1.2.7', 'o', '1.3.6.1.2.1.33.1.6.3.3', '1.3.6.1.4.1.9999.1', 'x', '00ff10', '1.3.6.1.4.1.9999.2', 'C', '18446744073709551615', '1.3.6.1.4.1.9999.3', 'a', '10.1.2.3']) // prettier-ignore
    expect((await heard.next()).values).toMatchObject({
      upsAlarmDescr: 'upsAlarmLowBattery',
      '1.3.6.1.4.1.9999.1': '00:ff:10',
      '1.3.6.1.4.1.9999.2': '18446744073709551615',
      '1.3.6.1.4.1.9999.3': '10.1.2.3',
    })
  })

  it.each([
    ['a trap with another password', 'snmptrap', [...v3('another-password'), '-e', '0x8000000001020304']],
    [
      'a trap of a stranger',
      'snmptrap',
      [...v3('authentic-key', 'private-key', 'stranger'), '-e', '0x8000000001020304'],
    ],
    [
      'a trap without protection',
      'snmptrap',
      ['-v3', '-u', 'watcher', '-l', 'noAuthNoPriv', '-e', '0x8000000001020304'],
    ],
  ])('is not believed: %s', async (_name, program, how) => {
    known(user)
    await tool(program, [...how, at, '', linkDown, ...ports])
    await tool('snmptrap', ['-v2c', '-c', 'x', at, '', '1.3.6.1.6.3.1.1.5.1'])
    expect((await heard.next()).name).toBe('coldStart')
    expect(heard.listening.drops.total).toBe(1)
  })

  it('an inform with another password is told so, and kept by nobody', async () => {
    known(user)
    await expect(
      tool('snmpinform', [...v3('another-password'), '-r', '0', at, '', linkDown]),
    ).rejects.toThrow()
    expect(heard.entries).toEqual([])
  })
})
