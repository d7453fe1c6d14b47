import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { CheckSpec } from '@zongheng/inventory/check.ts'
import { KnownHosts } from '@zongheng/playbooks/known-hosts.ts'
import { Icmp } from '../icmp/icmp.ts'
import { SnmpEngine } from '../snmp/engine.ts'
import type { CheckResult } from './outcome.ts'
import type { Cleanups } from './peers-testing.ts'
import { runCheck, type CheckTask } from './run.ts'
import type { CheckParts } from './runner.ts'

export function newParts(cleanups: Cleanups, more: Partial<CheckParts> = {}): CheckParts {
  const engine = new SnmpEngine()
  cleanups.add(() => engine.close())
  return { engine, icmp: new Icmp(), hosts: new KnownHosts(join(cleanups.folder(), 'hosts.json')), ...more }
}

/** Runs checks of one kind that differ a little. */
export function checker<S extends CheckSpec>(spec: S, parts: CheckParts) {
  return (changes: Partial<S> = {}, task: Partial<CheckTask> = {}): Promise<CheckResult> =>
    runCheck({ spec: { ...spec, ...changes }, credential: null, timeoutMs: 5_000, ...task }, parts)
}

/** What a hostile server does with each connection. */
export async function listen(cleanups: Cleanups, serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Says the same for ever, as fast as it is heard. */
export function endless(socket: Socket, text: string): void {
  const much = text.repeat(Math.ceil(16_384 / text.length))
  const say = () => {
    while (socket.writable && socket.write(much));
  }
  socket.on('drain', say)
  say()
}
