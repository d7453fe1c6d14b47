import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIP, SocketAddress } from 'node:net'
import { SnmpError } from './error.ts'

/** `address`: numeric, IPv4 or IPv6. */
export interface Peer {
  address: string
  port: number
}

export interface UdpListener {
  receive(datagram: Buffer, from: RemoteInfo): void
  /** Nothing goes to this peer at all. */
  unreachable(peer: Peer, error: SnmpError): void
  socketError(error: Error): void
  /** The receive buffer that the kernel gave, in octets of its own counting; it may be far less than what was asked for. */
  granted(octets: number): void
}

/** What the kernel says when nothing goes that way; anything else is a loss like any other on the road. */
const unreachableErrors = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'EADDRNOTAVAIL',
  'EINVAL',
  'EPERM',
])

const wantedBufferOctets = 4 * 1024 * 1024

/** Addresses are numeric already: asking a resolver would only defer the send. */
const lookups = {
  4: (host: string, _options: unknown, done: (error: null, address: string, family: number) => void) =>
    done(null, host, 4),
  6: (host: string, _options: unknown, done: (error: null, address: string, family: number) => void) =>
    done(null, host, 6),
}

/** One UDP socket that many devices share. */
export class UdpSocket {
  readonly #socket: Socket
  readonly #sent: (error: Error | null) => void

  constructor(family: 4 | 6, listener: UdpListener) {
    this.#socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      lookup: lookups[family],
      recvBufferSize: wantedBufferOctets,
    })
    this.#socket.on('message', (datagram: Buffer, from: RemoteInfo) => listener.receive(datagram, from))
    this.#socket.on('error', (error) => listener.socketError(error))
    this.#socket.once('listening', () => listener.granted(this.#socket.getRecvBufferSize()))
    this.#socket.bind(0)
    // one function for all sends: the error itself tells where it was to go
    this.#sent = (error) => {
      const { code, address, port } = (error ?? {}) as { code?: string; address?: string; port?: number }
      if (!code || !unreachableErrors.has(code) || !address || !port) return
      const cause = { cause: error }
      listener.unreachable(
        { address, port },
        new SnmpError('unreachable', `${address}: ${error?.message}`, cause),
      )
    }
  }

  /** The octets must stay as they are. `isTold`: whether one is told when nothing goes that way; it costs a turn of the loop. */
  send(datagram: Uint8Array, { address, port }: Peer, isTold: boolean): void {
    this.#socket.send(datagram, port, address, isTold ? this.#sent : undefined)
  }

  close(): void {
    this.#socket.close()
  }
}

/** Null for what is no numeric address. */
export function familyOf(address: string): 4 | 6 | null {
  const family = isIP(address)
  return family === 4 || family === 6 ? family : null
}

/** An address as the kernel writes it in what it receives. */
export function canonicalAddress(address: string): string {
  const [plain = '', zone] = address.split('%')
  if (isIP(plain) !== 6) return address
  const canonical = new SocketAddress({ address: plain, family: 'ipv6' }).address
  return zone ? `${canonical}%${zone}` : canonical
}
