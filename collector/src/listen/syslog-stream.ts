import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { once } from 'node:events'
import { SyslogFrames } from './syslog-frames.ts'
import { plainAddress } from './udp.ts'

export interface StreamOptions {
  host?: string
  port: number
  /** PEM; then it is TLS [RFC 5425]. */
  tls?: { cert: string; key: string }
  onMessage: (octets: Buffer, address: string) => void
  onError: (error: Error) => void
  /** Connections at once, and of one address. */
  maxConnections?: number
  maxPerAddress?: number
}

const usualConnections = 2_000
const usualPerAddress = 20
/** A relay that says nothing for so long has gone. */
const idleMs = 24 * 3_600_000
const handshakeMs = 10_000

/** Syslog over TCP or TLS. Rejects when the port cannot be had. */
export async function openSyslogStream(
  options: StreamOptions,
): Promise<{ on: { close: () => Promise<void> }; port: number }> {
  const { host, port, tls, onError, maxConnections = usualConnections } = options
  const sockets = new Map<Socket, string>()
  const accept = (socket: Socket) => follow(socket, sockets, options)
  const server: Server = tls
    ? createTlsServer({ ...tls, minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs }, accept)
    : createServer(accept)
  server.maxConnections = maxConnections
  server.on('tlsClientError', () => undefined) // a scanner's, and nobody's fault
  server.listen({ port, ...(host === undefined ? {} : { host }), exclusive: true })
  await once(server, 'listening')
  server.on('error', onError)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    on: {
      close: async () => {
        const closed = once(server, 'close')
        server.close()
        for (const socket of sockets.keys()) socket.destroy()
        await closed
      },
    },
  }
}

function follow(
  socket: Socket,
  sockets: Map<Socket, string>,
  { onMessage, maxPerAddress = usualPerAddress }: StreamOptions,
): void {
  const address = plainAddress(socket.remoteAddress ?? '')
  const others = [...sockets.values()].filter((one) => one === address).length
  if (address === '' || others >= maxPerAddress) return void socket.destroy()
  const frames = new SyslogFrames()
  sockets.set(socket, address)
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.take(chunk)) onMessage(frame, address)
  })
  socket.on('end', () => {
    const last = frames.end()
    if (last) onMessage(last, address)
  })
  socket.on('error', () => socket.destroy()) // the other side went away; what came is kept
  socket.on('close', () => sockets.delete(socket))
}
