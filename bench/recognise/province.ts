import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { rangeOf } from '@zongheng/inventory/address-range.ts'
import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { Icmp } from '../../collector/src/icmp/icmp.ts'
import { SnmpEngine } from '../../collector/src/snmp/engine.ts'
import { freeUdpPort } from '../../collector/src/snmp/testing.ts'
import { Sweep, type Found } from '../../collector/src/sweep/sweep.ts'
import { machine } from '../report.ts'
import { addressOf, type Served } from './addresses.ts'

const mostMs = 60_000
/** As the product's sweep asks, at the rate that an operator may allow at most. */
const perSecond = 1000
const patience = { timeoutMs: 2_000, retries: 1 }

/** Sweeps the subnets that so many devices stand in, each answering as one of the recordings; true: it took too long, or lost some. */
export async function recogniseProvince(kit: string, recordings: string, devices: number, isJson: boolean) {
  const port = await freeUdpPort()
  const agents = fork(join(import.meta.dirname, 'devices.ts'), [kit, recordings, `${devices}`, `${port}`])
  await once(agents, 'message')
  const engine = new SnmpEngine()
  const icmp = new Icmp()
  const found: Found[] = []
  const subnets = new Set(Array.from({ length: devices }, (_, at) => addressOf(at).split('.').slice(0, 3).join('.'))) // prettier-ignore
  const sweep = new Sweep(
    { ranges: [...subnets].map((subnet) => rangeOf(`${subnet}.0/24`)!), seeds: [], within: [], without: [], mostSteps: 0, port, perSecond, credentials: [{ id: 'public', snmp: { version: '2c', community: 'public' } }], patience, isSilentAsked: false, done: [], next: [] }, // prettier-ignore
    { icmp, engine, profiles: loadProfiles(), signal: new AbortController().signal, onFound: (one) => found.push(one), onCount: () => {} }, // prettier-ignore
  )
  const [startMs, before] = [performance.now(), process.cpuUsage()]
  const { asked } = await sweep.run()
  const ms = performance.now() - startMs
  const { user, system } = process.cpuUsage(before)
  agents.send('end')
  const [served] = (await once(agents, 'message')) as [Served]
  agents.disconnect()
  engine.close()
  const recognised = found.filter(({ device }) => device?.discovery).length
  const row = { asked, devices, recognised, ms, packetsPerDevice: engine.counters.sent / devices, cpuMs: (user + system) / 1000, cpuMsOfDevices: served.cpuMs } // prettier-ignore
  if (isJson) console.log(JSON.stringify(row))
  else
    console.log(
      `${machine()}\n\n${asked} addresses asked, ${recognised} of ${devices} devices recognised in ${(ms / 1000).toFixed(1)} s: ${row.packetsPerDevice.toFixed(1)} packets a device; processor ${(row.cpuMs / 1000).toFixed(1)} s, of the devices themselves ${(served.cpuMs / 1000).toFixed(1)} s`,
    )
  const isMissed = ms > mostMs || recognised < devices
  if (isMissed) console.error(`MISSED: ${recognised} of ${devices} in ${(ms / 1000).toFixed(1)} s ≤ ${mostMs / 1000} s`) // prettier-ignore
  return isMissed
}
