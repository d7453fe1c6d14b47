import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BoundedOutput } from './bounded.ts'
import { KnownHosts } from './known-hosts.ts'
import { maskSecrets } from './mask.ts'
import { anyName, promptPattern } from './prompt.ts'
import { platforms } from './platforms.ts'
import { decode, isPager, readable } from './screen.ts'

describe('a prompt', () => {
  it.each([
    ['huawei-vrp', '<SJZ-R1>', 'SJZ-R1'],
    ['huawei-vrp', '[~SJZ-R1]', 'SJZ-R1'],
    ['huawei-vrp', '[*SJZ-R1]', 'SJZ-R1'],
    ['huawei-vrp', 'HRP_M<FW1>', 'FW1'],
    ['comware', '<正定县核心>', '正定县核心'],
    ['ios', 'R1>', 'R1'],
    ['ios', 'R1#', 'R1'],
    ['ios', 'R1(config-if)#', 'R1'],
    ['ios', '<html>', undefined],
    ['huawei-vrp', 'Login authentication', undefined],
    ['ios', 'Press # to go on', undefined],
  ] as const)('of %s: %s', (platform, line, name) => {
    expect(promptPattern(platforms[platform].prompt, anyName).exec(line)?.[1]).toBe(name)
  })

  it('of a known name is that name alone', () => {
    const pattern = promptPattern(platforms.ios.prompt, 'R1.$&')
    expect(pattern.test('R1.$&#')).toBe(true)
    expect(pattern.test('R1xx#')).toBe(false)
  })
})

describe('what is read off the screen', () => {
  it.each([
    [
      'VRP wiping its pager',
      'one\r\n  ---- More ----\x1b[42D                                          \x1b[42Dtwo\r\n',
      'one\ntwo\n',
    ],
    [
      'IOS wiping its pager',
      'one\r\n --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\btwo\r\n',
      'one\ntwo\n',
    ],
    ['a pager that stays', 'one\r\n--More--\r\ntwo\r\n', 'one\ntwo\n'],
    ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
    ['a spinner', 'wait |\rwait /\rdone  ', 'done  '],
  ])('%s', (_, raw, text) => {
    const trimmed = (s: string) =>
      s
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
    expect(trimmed(readable(raw))).toBe(trimmed(text))
  })

  it.each([
    ['  ---- More ----', true],
    [' --More-- ', true],
    ['--More-- (44%)', false],
    ['---(more 12%)---', true],
    ['<--- More --->', true],
    ['description --More-- links', false],
  ])('%s is a pager: %s', (line, expected) => expect(isPager(line)).toBe(expected))

  it('is UTF-8, else GB 18030', () => {
    expect(decode(Buffer.from('正定县'))).toBe('正定县')
    expect(decode(Buffer.from([0xd5, 0xfd, 0xb6, 0xa8]))).toBe('正定')
  })

  it('is bounded, keeping whole lines of the beginning and the very end', () => {
    const output = new BoundedOutput(10)
    for (const chunk of ['正定\n', '正定县\n', 'R1#']) output.push(Buffer.from(chunk))
    expect([output.text(), output.cut, output.tail().endsWith('R1#')]).toEqual(['正定\n', true, true])
  })
})

describe('secrets', () => {
  it.each([
    ['enable secret 5 $1$abc', 'enable secret 5 ******'],
    ['enable password plain', 'enable password ******'],
    ['username admin password 7 0822455D0A16', 'username admin password 7 ******'],
    ['username admin privilege 15 secret 9 $9$x', 'username admin privilege 15 secret 9 ******'],
    [
      'local-user admin password irreversible-cipher $1a$x',
      'local-user admin password irreversible-cipher ******',
    ],
    [' password cipher %^%#abc%^%#', ' password cipher ******'],
    ['snmp-agent community read cipher %^%#abc', 'snmp-agent community read cipher ******'],
    ['snmp-server community public RO', 'snmp-server community ****** RO'],
    ['radius-server host 10.0.0.1 key 7 abc', 'radius-server host 10.0.0.1 key 7 ******'],
    ['tacacs-server key abc', 'tacacs-server key ******'],
    [' pre-shared-key cipher abc', ' pre-shared-key cipher ******'],
    ['the session says S3cret!', 'the session says ******'],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----', '******'],
    ['interface GigabitEthernet0/0/1', 'interface GigabitEthernet0/0/1'],
  ])('%s', (text, masked) => expect(maskSecrets(text, ['S3cret!', 'x'])).toBe(masked))
})

describe('known hosts', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'zongheng-hosts-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are trusted at first sight, and from then on only with the same key', async () => {
    const file = join(folder, 'known-hosts.json')
    const hosts = new KnownHosts(file)
    expect(await Promise.all([hosts.check('dev_1', 'SHA256:a'), hosts.check('dev_2', 'SHA256:b')])).toEqual([
      true,
      true,
    ])
    expect(await new KnownHosts(file).check('dev_1', 'SHA256:x')).toBe(false)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ dev_1: 'SHA256:a', dev_2: 'SHA256:b' })
  })

  it('are never forgotten for a broken file', async () => {
    const file = join(folder, 'known-hosts.json')
    writeFileSync(file, '{')
    await expect(new KnownHosts(file).check('dev_1', 'SHA256:a')).rejects.toThrow(/repair or remove/)
  })
})
