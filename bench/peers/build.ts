/**
 * The peers that polling is measured against, from their sources or from Debian's packages. What is missing on this machine is
 * told by name: a bench leaves that row out.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const programs = {
  /** The device that everybody asks. */
  sim: { libraries: [], needs: [] },
  floor: { libraries: [], needs: [] },
  'libsnmp-async': {
    libraries: ['-lnetsnmp'],
    needs: [{ file: '/usr/include/net-snmp/net-snmp-config.h', package: 'libsnmp-dev' }],
  },
} satisfies Record<string, { libraries: string[]; needs: { file: string; package: string }[] }>

export type Program = keyof typeof programs

/** A peer that cannot run here; the message names the Debian package that would mend it. */
export class PeerMissing extends Error {
  override name = 'PeerMissing'
}

/** Compiles one of ours into `folder`; its path. Throws PeerMissing, or Error with the compiler's words. */
export function build(program: Program, folder: string): string {
  const { libraries, needs } = programs[program]
  for (const need of needs)
    if (!existsSync(need.file)) throw new PeerMissing(`${program}: install ${need.package}`)
  const output = join(folder, program)
  const source = join(import.meta.dirname, `${program}.c`)
  const gcc = spawnSync('gcc', ['-O2', '-o', output, source, ...libraries], { encoding: 'utf8' })
  if (gcc.error) throw new PeerMissing(`${program}: install gcc and libc6-dev`, { cause: gcc.error })
  if (gcc.status !== 0) throw new Error(`gcc ${program}.c: ${gcc.stderr}`)
  return output
}

export interface SimulatorOptions {
  /** Default: any free one. collectd and libsnmp take it in the address. */
  port?: number
  /** Of each device; default 48. */
  interfaces?: number
  /** The largest response; default 1472, what fits an Ethernet frame. */
  maxResponseOctets?: number
  /** Pinned to this core (taskset), so that it costs the poller's nothing. */
  core?: number
}

/** What the simulator has answered since its start. */
export interface Answered {
  requests: number
  varbinds: number
  octets: number
}

/** Devices at every address of 127/8, from 127.10.0.1 on as `deviceAddress` numbers them. */
export class Simulator {
  readonly port: number
  readonly #process: ChildProcess
  readonly #counts: string

  private constructor(port: number, process: ChildProcess, counts: string) {
    this.port = port
    this.#process = process
    this.#counts = counts
  }

  static async start(folder: string, options: SimulatorOptions = {}): Promise<Simulator> {
    const binary = build('sim', folder)
    const counts = join(folder, 'sim.counts')
    const given = { p: options.port, n: options.interfaces, m: options.maxResponseOctets }
    const flags = Object.entries(given).flatMap(([flag, value]) =>
      value == null ? [] : [`-${flag}`, `${value}`],
    )
    const pinned = options.core == null ? [] : ['taskset', '-c', String(options.core)]
    const [command = binary, ...args] = [...pinned, binary, '-s', counts, ...flags]
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })
    const [line] = (await Promise.race([once(lines, 'line'), ended(child)])) as [string]
    return new Simulator((JSON.parse(line) as { port: number }).port, child, counts)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  answered(): Answered {
    const octets = readFileSync(this.#counts)
    const at = (index: number) => Number(octets.readBigUInt64LE(index * 8))
    return { requests: at(0), varbinds: at(1), octets: at(2) }
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await exit
  }
}

/** As libsnmp-async and floor number them. */
export const deviceAddress = (index: number) => `127.10.${Math.floor(index / 250)}.${(index % 250) + 1}`

async function ended(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`the simulator ended with ${code} before it listened`)
}
