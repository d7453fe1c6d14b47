import { describe, expect, it } from 'vitest'
import { loadLibrary } from './library.ts'
import { planPlaybook, PlanError } from './plan.ts'
import { parsePlaybook, PlaybookError } from './playbook.ts'
import { platformNames, platformOf } from './platforms.ts'
import { refuseWriting } from './read-only.ts'

const good = `
name: ping-far-end
title: { zh: 对端连通, en: Ping the far end }
readOnly: true
inputs:
  address: { title: { zh: 地址, en: Address }, pattern: '[0-9.]{7,15}' }
  count: { title: { zh: 次数, en: Count }, pattern: '\\d', default: '5' }
steps:
  - name: ping
    timeoutS: 60
    expect: 'packet loss'
    commands:
      huawei-vrp: ['ping -c {{count}} {{address}}']
      linux: ['ping -c {{count}} {{address}}', uptime]
`

const code = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof PlanError) return error.code
    throw error
  }
  return null
}

describe('a playbook file', () => {
  it('is read as it is', () => {
    expect(parsePlaybook('ping.yaml', good)).toMatchObject({
      name: 'ping-far-end',
      readOnly: true,
      steps: [{ name: 'ping', timeoutS: 60 }],
    })
  })

  it.each([
    ['a wrong type', good.replace('60', "'soon'"), /^x\.yaml:10: steps\/0\/timeoutS: must be integer/],
    ['a bound', good.replace('60', '301'), /^x\.yaml:10: steps\/0\/timeoutS: must be <= 300/],
    ['an unknown key', good.replace('timeoutS', 'timeout'), /^x\.yaml:9: steps\/0: .*timeout/],
    ['an unknown platform', good.replace('huawei-vrp', 'huawai'), /steps\/0\/commands: .*huawai/],
    ['a missing title', good.replace(', en: Ping the far end', ''), /^x\.yaml:3: title: .*en/],
    [
      'a writing command',
      good.replace('uptime', 'reboot'),
      /^x\.yaml:14: steps\/0\/commands\/linux\/1: "reboot" is not among the reading commands of linux: change it, or set readOnly: false/,
    ],
    [
      'an undeclared input',
      good.replace('{{address}}', '{{addres}}'),
      /steps\/0\/commands\/huawei-vrp\/0: \{\{addres\}\} is no input/,
    ],
    [
      'a broken pattern',
      good.replace("'packet loss'", "'('"),
      /steps\/0\/expect: is not a regular expression/,
    ],
    ['broken YAML', 'name: [', /^x\.yaml:1: is not valid YAML/],
    ['a list', '- a', /x\.yaml:1: must be object/],
    ['nothing', '', /must be object/],
    ['too much', 'a'.repeat(300_000), /longer than/],
    ['an alias bomb', bomb(), /alias|must be/i],
  ])('with %s is refused by file, line and place', (_, yaml, message) => {
    expect(() => parsePlaybook('x.yaml', yaml)).toThrow(PlaybookError)
    expect(() => parsePlaybook('x.yaml', yaml)).toThrow(message)
  })
})

function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
  )
  return ['a0: &a0 [x]', ...levels].join('\n')
}

describe('a plan', () => {
  const playbook = parsePlaybook('ping.yaml', good)

  it('fills in inputs and defaults', () => {
    expect(planPlaybook(playbook, 'linux', { address: '10.0.0.1' })).toEqual([
      { step: 'ping', command: 'ping -c 5 10.0.0.1', timeoutMs: 60_000, expect: /packet loss/m },
      { step: 'ping', command: 'uptime', timeoutMs: 60_000, expect: /packet loss/m },
    ])
  })

  it.each([
    ['a missing input', 'linux', {}, 'input-missing'],
    ['an input that does not fit', 'linux', { address: '10.0.0.1; reboot' }, 'input-invalid'],
    ['an unknown input', 'linux', { address: '10.0.0.1', x: '1' }, 'input-unknown'],
    ['an inherited name', 'linux', { address: '10.0.0.1', constructor: '1' }, 'input-unknown'],
    ['another platform', 'ios', { address: '10.0.0.1' }, 'platform-unsupported'],
  ] as const)('refuses %s', (_, platform, inputs, expected) => {
    expect(code(() => planPlaybook(playbook, platform, inputs))).toBe(expected)
  })

  it('refuses an input that makes a reading command write, even if its pattern lets it', () => {
    const loose = parsePlaybook('ping.yaml', good.replace('[0-9.]{7,15}', '.*'))
    expect(code(() => planPlaybook(loose, 'linux', { address: '::1; rm -rf /' }))).toBe('not-read-only')
  })
})

describe('reading commands', () => {
  it.each([
    ['huawei-vrp', 'display interface brief'],
    ['huawei-vrp', 'display current-configuration | include snmp'],
    ['ios', 'show processes cpu | include CPU'],
    ['nxos', 'show logging last 100'],
    ['linux', 'dmesg -T | tail -n 60'],
    ['linux', 'ip -s link'],
    ['linux', 'journalctl -p warning -n 100 --no-pager'],
  ] as const)('%s: %s', (platform, command) => expect(refuseWriting(platform, command)).toBeNull())

  it.each([
    ['huawei-vrp', 'reset saved-configuration'],
    ['huawei-vrp', 'display current-configuration > flash:/x.cfg'],
    ['huawei-vrp', 'display diagnostic-information x.txt'],
    ['huawei-vrp', 'displayed'],
    ['ios', 'show running-config | redirect tftp://10.0.0.1/x'],
    ['ios', 'show version | tee flash:x'],
    ['ios', 'configure terminal'],
    ['ios', 'show version\nreload'],
    ['linux', 'uptime; reboot'],
    ['linux', 'uptime && reboot'],
    ['linux', 'uptime || reboot'],
    ['linux', 'date -s 2020-01-01'],
    ['linux', 'hostname other'],
    ['linux', 'ip link set eth0 down'],
    ['linux', 'ip -s link set eth0 down'],
    ['linux', 'dmesg -C'],
    ['linux', 'dmesg | tee /etc/passwd'],
    ['linux', 'ps -e | sort -o /etc/passwd'],
    ['linux', 'journalctl --vacuum-size=1'],
    ['linux', 'systemctl --no-pager restart sshd'],
    ['linux', 'cat $(id)'],
    ['linux', 'cat /etc/shadow'],
    ['linux', 'ss -K dst 10.0.0.1'],
  ] as const)('refused on %s: %s', (platform, command) =>
    expect(refuseWriting(platform, command)).not.toBeNull(),
  )
})

describe('the library', () => {
  it('is sound, and its diagnostics know every platform', async () => {
    const diagnostics = (await loadLibrary()).get('collect-diagnostics')!
    expect(diagnostics.readOnly).toBe(true)
    for (const platform of platformNames)
      expect(planPlaybook(diagnostics, platform).length).toBeGreaterThan(3)
  })
})

describe('the platform of a device', () => {
  it.each([
    ['huawei', 'vrp', 'huawei-vrp'],
    ['h3c', 'comware', 'comware'],
    ['h3c', '', 'comware'],
    ['cisco', 'iosxe', 'ios'],
    ['cisco', 'nxos', 'nxos'],
    ['cisco', 'iosxr', null],
    ['cisco', 'ciscosb', null],
    ['ruijie', 'ruijie', 'ruijie'],
    ['zte', 'zxr10', 'zte'],
    ['linux', 'linux', 'linux'],
    ['apc', 'apc', null],
    ['', '', null],
  ])('%s %s is %s', (vendor, os, platform) => expect(platformOf({ vendor, os })).toBe(platform))
})
