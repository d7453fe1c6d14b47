/** A server that only acknowledges: what a collector costs is then the collector's alone. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import msgpackParser from 'socket.io-msgpack-parser'
import {
  collectorNamespace,
  contractVersion,
  sealFor,
  type Assignment,
  type CollectorHealth,
  type CollectorToServer,
  type Sealed,
  type ServerToCollector,
  type SnmpCredential,
} from '../../collector/src/contract.ts'

export interface Sink {
  url: string
  /** What was acknowledged. */
  batches: number
  octets: number
  health: CollectorHealth | null
  close(): Promise<void>
}

/** `assign` is given the credential, sealed for the collector that asks. */
export async function startSink(
  credential: SnmpCredential,
  assign: (snmp: Sealed) => Assignment,
): Promise<Sink> {
  const http = createServer()
  const io = new Server(http, {
    parser: msgpackParser,
    transports: ['websocket'],
    maxHttpBufferSize: 64 * 1024 ** 2,
  })
  const sink: Sink = {
    url: '',
    batches: 0,
    octets: 0,
    health: null,
    close: () => io.close(),
  }
  const namespace = io.of(collectorNamespace) as ReturnType<typeof io.of> & {
    on(event: 'connection', listener: (socket: CollectorSocket) => void): void
  }
  namespace.on('connection', (socket) => {
    const { publicKey } = socket.handshake.auth as { publicKey: string }
    socket.emit('hello', { contractVersion, uplinkBps: 1e9 })
    socket.emit('assignment', assign(sealFor(publicKey, credential)))
    socket.on('time', (answer) => answer(Date.now()))
    socket.on('health', (health) => (sink.health = health))
    socket.on('batch', ({ body }, acknowledge) => {
      sink.batches++
      sink.octets += body.length
      acknowledge({ ok: true })
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  sink.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return sink
}

interface CollectorSocket {
  handshake: { auth: unknown }
  emit<E extends keyof ServerToCollector>(event: E, ...args: Parameters<ServerToCollector[E]>): void
  on<E extends keyof CollectorToServer>(event: E, listener: CollectorToServer[E]): void
}
