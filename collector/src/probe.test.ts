import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { ifStatuses } from '@zongheng/inventory/interface.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from './discover/report.ts'
import { freeUdpPort, Snmpd } from './snmp/testing.ts'

interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command in a process of its own, as `zongheng probe` does. */
function probe(args: string[], language = 'en_US.UTF-8'): Promise<Outcome> {
  const script = join(import.meta.dirname, 'probe.ts')
  const env = { ...process.env, LC_ALL: language }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, ...args],
      { env },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
}

describe('zongheng probe', () => {
  let agent: Snmpd
  let peer: string
  beforeAll(async () => {
    agent = await Snmpd.start()
    peer = `${agent.peer.address}:${agent.peer.port}`
  })
  afterAll(() => agent.stop())

  /** A column as net-snmp's own tool prints it, by ifIndex; octets as hexadecimal digits. */
  const walked = (oid: string) =>
    new Map(
      agent.walk(oid).map(([instance, printed = '']) => {
        const value = printed.replace(/^[A-Za-z0-9-]+: ?/, '').trim()
        const octets = printed.startsWith('Hex-STRING') || value === '""'
        return [
          Number(instance?.split('.').at(-1)),
          octets ? value.replace(/[\s"]/g, '').toLowerCase() : value,
        ]
      }),
    )
  const hex = (text: string) => Buffer.from(text).toString('hex')

  it.each([
    ['v2c', ['-c', 'public']],
    ['v1', ['-v', '1']],
    ['v3', '-v 3 -u watcher -l authPriv -a SHA-256 -A authentic-key -x AES -X private-key'.split(' ')],
  ])('finds what snmpwalk prints, by %s', async (_, credential) => {
    const { code, stdout, stderr } = await probe([peer, '--json', ...credential])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = JSON.parse(stdout) as Report
    expect(report).toMatchObject({ format: 'expected/1', profile: 'linux-net-snmp', problems: [] })
    expect(report.identity).toMatchObject({ sysName: 'test-agent', vendor: 'linux', category: 'server' })
    const column = (name: keyof Report['interfaces'][number], as: (text: string) => string = String) =>
      new Map(report.interfaces.map((facts) => [facts.ifIndex, as(String(facts[name]))]))
    expect(column('ifDescr', hex)).toEqual(walked('1.3.6.1.2.1.2.2.1.2'))
    expect(column('ifName', hex)).toEqual(walked('1.3.6.1.2.1.31.1.1.1.1'))
    expect(column('ifType')).toEqual(walked('1.3.6.1.2.1.2.2.1.3'))
    expect(column('ifMtu')).toEqual(walked('1.3.6.1.2.1.2.2.1.4'))
    expect(column('ifPhysAddress')).toEqual(walked('1.3.6.1.2.1.2.2.1.6'))
    const codeOf = (status: string) =>
      Object.entries(ifStatuses).find(([, name]) => name === status)?.[0] ?? ''
    expect(column('ifAdminStatus', codeOf)).toEqual(walked('1.3.6.1.2.1.2.2.1.7'))
    expect(column('ifOperStatus', codeOf)).toEqual(walked('1.3.6.1.2.1.2.2.1.8'))
  })

  it('prints tables in the language of the terminal', async () => {
    const [english, chinese] = [await probe([peer]), await probe([peer], 'zh_CN.UTF-8')]
    expect(english.stdout).toMatch(/^ {2}name +test-agent$/m)
    expect(english.stdout).toMatch(/^Interfaces \(\d+\)$/m)
    expect(chinese.stdout).toMatch(/^ {2}名称 +test-agent$/m)
    expect(chinese.stdout).toMatch(/^ +1 +lo +10 Mbit\/s +up +up$/m)
  })

  it.each([
    [
      'a wrong community',
      () => [peer, '-c', 'wrong', '--timeout', '0.5'],
      1,
      /no answer from .* the community is wrong/,
    ],
    [
      'a wrong key',
      () => `${peer} -v 3 -u watcher -a SHA-256 -A another-key-x`.split(' '),
      1,
      /refused the user or the key/,
    ],
    ['an unknown host', () => ['no-such-host.invalid'], 1, /cannot reach no-such-host\.invalid:161/],
    ['no host', () => [], 2, /bad arguments[\s\S]*usage: zongheng probe/],
    ['an unknown option', () => [peer, '--nonsense'], 2, /bad arguments.*nonsense/],
    ['an unknown version', () => [peer, '-v', '4'], 2, /-v is 1, 2c or 3: 4/],
  ])('says what is wrong: %s', async (_, args, code, message) => {
    const outcome = await probe(args())
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(outcome.stderr).toMatch(message)
  })

  it('says that nobody answers at an unused port', async () => {
    const outcome = await probe([`127.0.0.1:${await freeUdpPort()}`, '--timeout', '0.5'])
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(/no answer from|cannot reach/)
  })
})
