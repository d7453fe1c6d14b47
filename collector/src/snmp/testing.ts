/** Real agents for tests: Debian's snmpd, and sockets that answer whatever a test wants. */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeMessage, encodeMessage, type Message } from './message.ts'
import type { Peer } from './transport.ts'

export async function freeUdpPort(address = '127.0.0.1'): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Community `public` and the v3 user `watcher` (SHA-256, AES), keys `authentic-key` and `private-key`. */
export class Snmpd {
  readonly peer: Peer
  readonly #folder: string
  #process: ChildProcess

  private constructor(peer: Peer, folder: string, process: ChildProcess) {
    this.peer = peer
    this.#folder = folder
    this.#process = process
  }

  static async start(extraLines: string[] = []): Promise<Snmpd> {
    const peer = { address: '127.0.0.1', port: await freeUdpPort() }
    const folder = mkdtempSync(join(tmpdir(), 'zongheng-snmpd-'))
    const lines = [
      `agentAddress udp:${peer.address}:${peer.port}`,
      'rocommunity public',
      'createUser watcher SHA-256 authentic-key AES private-key',
      'rouser watcher authpriv',
      'sysName test-agent',
      ...extraLines,
    ]
    writeFileSync(join(folder, 'snmpd.conf'), lines.join('\n') + '\n')
    return new Snmpd(peer, folder, await launch(folder))
  }

  async restart(): Promise<void> {
    await this.#kill()
    this.#process = await launch(this.#folder)
  }

  async stop(): Promise<void> {
    await this.#kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** What net-snmp's own tool prints: [oid, "TYPE: value"], strings in hex. */
  walk(root: string): [oid: string, value: string][] {
    const { address, port } = this.peer
    const output = execFileSync(
      'snmpbulkwalk',
      ['-v2c', '-cpublic', '-On', '-OU', '-Ot', '-Ox', `${address}:${port}`, root],
      {
        env: { ...process.env, MIBS: '' },
      },
    ).toString()
    return Array.from(
      output.matchAll(/^\.([\d.]+) = (.*(?:\n(?!\.\d).*)*)$/gm),
      ([, oid = '', value = '']) => [oid, value],
    )
  }

  async #kill(): Promise<void> {
    if (this.#process.exitCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}

async function launch(folder: string): Promise<ChildProcess> {
  const child = spawn('snmpd', ['-f', '-Lo', '-C', '-c', join(folder, 'snmpd.conf')], {
    env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: join(folder, 'persistent') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    let output = ''
    const look = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('NET-SNMP version')) resolve()
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`snmpd ended with ${code}: ${output}`)))
  })
  return child
}

/** An agent on loopback whose answers a test makes up. Undefined: silence; several: all are sent. */
export class FakeAgent {
  readonly peer: Peer
  readonly socket: Socket
  /** What was asked, in order. */
  readonly asked: Message[] = []

  private constructor(socket: Socket) {
    this.socket = socket
    const { address, port } = socket.address()
    this.peer = { address, port }
  }

  static async start(
    answer: (asked: Message, count: number) => Buffer | Buffer[] | undefined,
    address = '127.0.0.1',
    port = 0,
  ): Promise<FakeAgent> {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.bind(port, address)
    await once(socket, 'listening')
    const agent = new FakeAgent(socket)
    socket.on('message', (datagram, from) => {
      const asked = decodeMessage(datagram)
      agent.asked.push(asked)
      for (const reply of [answer(asked, agent.asked.length)].flat())
        if (reply) socket.send(reply, from.port, from.address)
    })
    return agent
  }

  stop(): void {
    this.socket.close()
  }
}

/** The response to `asked`, with these values. */
export function responseTo(
  asked: Message,
  varBinds: Message['varBinds'],
  error: { status?: number; index?: number } = {},
): Buffer {
  const { version, community, requestId } = asked
  return Buffer.from(
    encodeMessage({
      version,
      community,
      type: 'response',
      requestId,
      errorStatus: error.status ?? 0,
      errorIndex: error.index ?? 0,
      varBinds,
    }),
  )
}
