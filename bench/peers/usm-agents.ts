/** The simulator's devices once more, speaking SNMPv3: a process of its own that opens, asks the simulator by v2c, and seals. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import type { Peer } from '../../collector/src/snmp/transport.ts'
import type { UsmCredential } from '../../collector/src/snmp/usm/user.ts'

export interface UsmAgentsTask {
  devices: number
  credential: UsmCredential
  /** Of the simulator. */
  port: number
}

export class UsmAgents {
  readonly peers: Peer[]
  readonly #process: ChildProcess

  private constructor(peers: Peer[], process: ChildProcess) {
    this.peers = peers
    this.#process = process
  }

  /** `core`: which it is pinned to (taskset), best the simulator's. */
  static async start(task: UsmAgentsTask, core: number): Promise<UsmAgents> {
    const script = fileURLToPath(new URL('usm-agents-process.ts', import.meta.url))
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', script, JSON.stringify(task)]
    const child = spawn('taskset', ['-c', `${core}`, ...node], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit').then(([code]) => {
      throw new Error(`the SNMPv3 agents ended with ${code} before they listened`)
    })
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exit])) as [
      string,
    ]
    exit.catch(() => {}) // from here on its end is no surprise
    return new UsmAgents(JSON.parse(line) as Peer[], child)
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await exit
  }
}
