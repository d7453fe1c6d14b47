import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { SnmpError } from './error.ts'

/** `address`: numeric, IPv4 or IPv6. */
export interface Peer {
  address: string
  port: number
}

export type Receive = (datagram: Buffer, from: Peer) => void

/** What the kernel says when nothing goes that way; anything else is a loss like any other on the road. */
const unreachableErrors = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'EADDRNOTAVAIL',
  'EINVAL',
  'EPERM',
])

/** Addresses are numeric already: asking a resolver would only defer the send. */
const numericOnly = (
  host: string,
  _options: unknown,
  done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
) => done(null, host, isIP(host))

/** A few UDP sockets that all devices share: a device's datagrams go through one of them, chosen by its address. */
export class UdpTransport {
  /** By family and number, opened when first needed. */
  readonly #sockets = new Map<string, Socket>()
  readonly #count: number
  readonly #receive: Receive
  readonly #failed: (error: Error) => void

  constructor(count: number, receive: Receive, failed: (error: Error) => void) {
    this.#count = count
    this.#receive = receive
    this.#failed = failed
  }

  /** `done` is told an SnmpError when the datagram cannot leave for this peer at all. */
  send(datagram: Uint8Array, { address, port }: Peer, done: (error: SnmpError | null) => void): void {
    const family = isIP(address)
    if (family !== 4 && family !== 6) return done(new SnmpError('unreachable', `${address} is no IP address`))
    this.#socket(family, address, port).send(datagram, port, address, (error) => {
      const code = (error as NodeJS.ErrnoException | null)?.code
      if (code && unreachableErrors.has(code))
        done(new SnmpError('unreachable', `${address}: ${error?.message}`, { cause: error }))
      else done(null)
    })
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close()
    this.#sockets.clear()
  }

  #socket(family: 4 | 6, address: string, port: number): Socket {
    const lastPart = Number(address.slice(address.lastIndexOf('.') + 1))
    const key = `${family} ${((lastPart || 0) + port) % this.#count}`
    const known = this.#sockets.get(key)
    if (known) return known
    const socket = this.#open(family)
    this.#sockets.set(key, socket)
    return socket
  }

  #open(family: 4 | 6): Socket {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      lookup: numericOnly,
      recvBufferSize: 1 << 21,
    })
    socket.on('message', (datagram: Buffer, from: RemoteInfo) => this.#receive(datagram, from))
    socket.on('error', this.#failed)
    return socket
  }
}
