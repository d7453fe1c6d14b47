/** Our engine alone, with v2c and with SNMPv3: SHA-256 and AES-128, what most devices can. */
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SnmpCredential } from '../../collector/src/contract.ts'
import type { Peer } from '../../collector/src/snmp/transport.ts'
import { deviceAddress } from '../peers/build.ts'
import { runPoller } from './child.ts'
import type { Bench, Turns } from './row.ts'
import type { PollerTask } from './zongheng-poller.ts'

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const nodeFlags = ['--disable-warning=ExperimentalWarning']
const rounds = 40
const width = 128

export const usmCredential: SnmpCredential = {
  version: '3',
  user: 'watcher',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'authentic-key',
  privProtocol: 'aes',
  privKey: 'private-key',
}

export function zonghengPoll({ devices, pollerCore, simulator: { port } }: Bench): Turns {
  const peers = Array.from({ length: devices }, (_, i) => ({ address: deviceAddress(i), port }))
  const task: PollerTask = { peers, credential: { version: '2c', community: 'public' }, rounds, width } // prettier-ignore
  return { run: () => poll(pollerCore, task) }
}

export async function zonghengPollV3({ devices, folder, pollerCore, simulatorCore }: Bench): Promise<Turns> {
  const args = [...nodeFlags, script('usm-gateway.ts'), folder, `${devices}`]
  const gateway = spawn('taskset', ['-c', `${simulatorCore}`, process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: gateway.stdout }), 'line')) as [string]
  const peers = JSON.parse(line) as Peer[]
  const task: PollerTask = { peers, credential: usmCredential, rounds, width }
  return {
    run: () => poll(pollerCore, task),
    finish: async () => {
      const exit = once(gateway, 'exit')
      gateway.kill('SIGTERM')
      await exit
    },
  }
}

const poll = (core: number, task: PollerTask) =>
  runPoller(core, process.execPath, [...nodeFlags, script('zongheng-poller.ts'), JSON.stringify(task)])
