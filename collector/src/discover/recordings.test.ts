import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SnmpEngine } from '../snmp/engine.ts'
import { openSession } from '../snmp/open.ts'
import { freeUdpPort } from '../snmp/testing.ts'
import { discover } from './discover.ts'
import { measure } from './measure.ts'
import { report } from './report.ts'

/** Real devices' answers stay outside the product: their licence does not let them in. */
const shared = join(import.meta.dirname, '../../../../shared/recordings')

interface Replay {
  close: () => Promise<unknown>
}
type Serve = (options: { dirs: string[]; port: number }) => Promise<Replay>

interface Score {
  name: string
  sections: Record<string, { score: number }>
}

/** Who the device is and all its interfaces, as a careful reader of the recording would put them. */
const wholly = [
  'apc_ap8959eu3',
  'apc_emu',
  'apc_inrow-dx',
  'apc_smt750x-nmc2',
  'apc_sua1500rmi2u',
  'apc_uniflair-sp',
  'arubaos-cx_nac',
  'centreon-cisco',
  'centreon-fortigate-switches',
  'centreon-linux-diskio',
  'centreon-linux-interfaces',
  'comware_a5500',
  'eatonups',
  'eatonupsm2_9px+empg2',
  'fortigate_100e',
  'fortigate_500d',
  'fortigate_60f3g4g',
  'fortigate_webfilter',
  'ftd',
  'ftd_ftd1150',
  'ios_6500',
  'ios_c3560',
  'ios_nac',
  'iosxe_c3850',
  'iosxe_c9400',
  'iosxe_c9500h-svl',
  'iosxe_ct5760',
  'iosxr',
  'iosxr_asr9001',
  'junos_mx5t-isis',
  'junos_srx3600',
  'linux_icecast',
  'linux_lsi',
  'linux_opensips',
  'nxos_n9k-c93180yc-fx3',
  'procurve',
  'procurve_nac',
  'routeros',
  'routeros_crs317',
  'routeros_rb760igs',
  'routeros_wifi',
  'ruijie',
  'smartax-mdu',
  'vrp_5720',
  'vrp_ac6605-26',
  'vrp_ne8000-m8',
  'windows_svr_2019_1809',
  'zxr10_5950',
]
/** These recordings hold no interfaces. */
const byIdentity = [
  'comware_1',
  'comware_hpe5900',
  'dcn-software_1',
  'huaweiups_ups2000',
  'ios_3560g',
  'ios_4948e',
  'ios_c3560e',
  'nxos_1',
  'nxos_n9340-10.2.2',
  'vrp_ar169fgwl',
  'vrp_power',
  'zxr10_5250',
]

describe.skipIf(!existsSync(shared))('real devices, as recorded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-recordings-'))
  const engine = new SnmpEngine({ sockets: 1 })
  const profiles = loadProfiles()
  const scores = new Map<string, Score>()
  let replay: Replay | undefined

  async function discoverOne(name: string, port: number): Promise<void> {
    const session = openSession(engine, { address: '127.0.0.1', port }, { version: '2c', community: name })
    const discovery = await discover(session, profiles)
    const found = report(name, discovery, await measure(session, discovery))
    writeFileSync(join(folder, 'actual', `${name}.json`), JSON.stringify(found))
    cpSync(join(shared, 'expected', `${name}.json`), join(folder, 'expected', `${name}.json`))
  }

  beforeAll(async () => {
    for (const part of ['actual', 'expected']) mkdirSync(join(folder, part))
    const { serve } = (await import(pathToFileURL(join(shared, 'replay.mjs')).href)) as { serve: Serve }
    const port = await freeUdpPort()
    replay = await serve({ dirs: [join(shared, 'snmprec')], port })
    for (const name of [...wholly, ...byIdentity]) await discoverOne(name, port)
    const [expected, actual, json] = ['expected', 'actual', 'score.json'].map((part) =>
      join(folder, part),
    ) as [string, string, string]
    const recordings = join(shared, 'snmprec')
    execFileSync(process.execPath, [
      ...[join(shared, 'score.mjs'), '--expected', expected, '--actual', actual],
      ...['--recordings', recordings, '--json', json],
    ])
    for (const score of (JSON.parse(readFileSync(json, 'utf8')) as { recordings: Score[] }).recordings)
      scores.set(score.name, score)
  })

  afterAll(async () => {
    engine.close()
    await replay?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(wholly)('%s: identity and interfaces', (name) => {
    const sections = scores.get(name)?.sections
    expect(sections?.identity?.score ?? 1).toBeGreaterThanOrEqual(0.99) // some record no system group
    expect(sections?.interfaces?.score).toBeGreaterThanOrEqual(0.99)
  })

  it.each(byIdentity)('%s: identity', (name) => {
    expect(scores.get(name)?.sections.identity?.score).toBeGreaterThanOrEqual(0.99)
  })
})
