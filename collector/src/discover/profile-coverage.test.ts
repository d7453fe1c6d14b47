import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadProfiles, profileFolder } from '@zongheng/inventory/profile-library.ts'
import { afterAll, describe, expect, it } from 'vitest'
import type { VarBind } from '../snmp/session.ts'
import { Snmpd } from '../snmp/testing.ts'
import { coverageOf, recordingsIn } from './profile-coverage.ts'
import { parseRecording, readerOf, recordedLine } from './recording.ts'

const folder = mkdtempSync(join(tmpdir(), 'zongheng-profile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a recording', () => {
  const objects: VarBind[] = [
    { oid: '1.3.6.1.2.1.1.1.0', value: { type: 'octets', value: Buffer.from('Linux a') } },
    { oid: '1.3.6.1.2.1.1.2.0', value: { type: 'oid', value: '1.3.6.1.4.1.9' } },
    { oid: '1.3.6.1.2.1.1.3.0', value: { type: 'timeticks', value: 42 } },
    { oid: '1.3.6.1.2.1.4.20.1.1.10.0.0.1', value: { type: 'ip', value: '10.0.0.1' } },
    { oid: '1.3.6.1.2.1.31.1.1.1.6.1', value: { type: 'counter64', value: 18446744073709551615n } },
    { oid: '1.3.6.1.2.1.31.1.1.1.18.2', value: { type: 'octets', value: Buffer.from('汇聚\n|') } },
    { oid: '1.3.6.1.2.1.31.1.1.1.18.10', value: { type: 'octets', value: Buffer.alloc(0) } },
  ]
  const text = objects.map(recordedLine).join('\n')

  it('holds every value as it was', () => expect(parseRecording(text)).toEqual(objects))

  it('is read as a device is: below a root, in order', async () => {
    const below = await readerOf(parseRecording(text)).walk('1.3.6.1.2.1.31.1.1.1.18')
    expect(below.map(({ oid }) => oid.split('.').at(-1))).toEqual(['2', '10'])
  })

  it('keeps the first of an object told twice, and leaves out what says nothing', () => {
    const read = parseRecording('# made by hand\n1.3.6.1|2|1\n1.3.6.1|2|7\n1.3.7|2|x\n1.3.8|99|1\nnothing')
    expect(read).toEqual([{ oid: '1.3.6.1', value: { type: 'integer', value: 1 } }])
  })
})

it.each([
  ['cisco-isr', 'cisco-iosxe', 7],
  ['environment-em8', 'environment', 6],
  ['h3c-msr', 'h3c-comware', 7],
  ['huawei-ar6121', 'huawei-vrp', 6],
  ['huawei-s5735', 'huawei-vrp', 13],
  ['huawei-ups2000', 'ups-mib', 17],
  ['linux-server', 'linux-net-snmp', 4],
  ['ruijie-s6220', 'ruijie', 7],
  ['ups-rfc1628', 'ups-mib', 17],
])('the recording %s shows %s with at least %i numbers', async (name, profile, measured) => {
  const path = join(profileFolder, 'recordings', `${name}.snmprec`)
  const coverage = await coverageOf(loadProfiles(), [path])
  const shown = coverage.filter(({ recordings }) => recordings.length > 0)
  const numbers = shown.reduce((sum, { recordings }) => sum + (recordings[0]?.measured ?? 0), 0)
  expect(shown.map((one) => one.profile)).toContain(profile)
  expect(numbers).toBeGreaterThanOrEqual(measured)
})

it('every recording that is shipped is in that table’s folder and read', async () => {
  const paths = recordingsIn(join(profileFolder, 'recordings'))
  const coverage = await coverageOf(loadProfiles(), paths)
  const names = new Set(coverage.flatMap(({ recordings }) => recordings.map(({ name }) => name)))
  expect(names.size).toBe(paths.length)
})

describe('zongheng profile', () => {
  const script = join(import.meta.dirname, '../profile.ts')
  const run = async (...args: string[]) => {
    const env = { ...process.env, LC_ALL: 'en' }
    const asked = promisify(execFile)(process.execPath, [script, ...args], { env, maxBuffer: 1e8 })
    return asked.then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )
  }

  it('records Debian’s snmpd, and explains the recording', async () => {
    const snmpd = await Snmpd.start()
    try {
      const peer = `${snmpd.peer.address}:${snmpd.peer.port}`
      const path = join(folder, 'snmpd.snmprec')
      writeFileSync(path, (await run('record', peer)).stdout)
      expect((await run('explain', '--recording', path)).stdout).toMatch(
        /version +\d.+linux-net-snmp\/version\/0/,
      )
    } finally {
      await snmpd.stop()
    }
  })

  it('checks all profiles and says which recordings show them', async () => {
    const { code, stdout } = await run('check')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}ruijie +\d+ +ruijie-s6220 +identity 6/m)
  })

  it.each([
    ['an unknown option', ['check', '--colour'], 2, /usage: zongheng profile/],
    ['an unknown command', ['paint'], 2, /usage: zongheng profile/],
    ['a recording that is not there', ['explain', '--recording', 'none.snmprec'], 1, /none\.snmprec/],
  ])('refuses %s', async (_, args, expected, message) => {
    const { code, stderr } = await run(...args)
    expect([code, message.test(stderr)]).toEqual([expected, true])
  })
})
