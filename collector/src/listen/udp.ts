import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A flood is dropped here by count, not there unseen. */
const wantedBufferOctets = 4 * 1024 * 1024

export interface UdpPort {
  send(datagram: Uint8Array, to: { address: string; port: number }): void
  close(): Promise<void>
}

/** Of both families, unless a host says which. Rejects when the port cannot be had. */
export async function openUdp(
  { host, port }: { host?: string; port: number },
  onMessage: (datagram: Buffer, from: { address: string; port: number }) => void,
  onError: (error: Error) => void,
): Promise<{ on: UdpPort; port: number }> {
  const socket = await bound(host, port)
  socket.on('message', (datagram: Buffer, { address, port }: RemoteInfo) =>
    onMessage(datagram, { address: plainAddress(address), port }),
  )
  socket.on('error', onError)
  // a mapped address is what such a socket takes for one of IPv4
  const family = socket.address().family
  return {
    port: socket.address().port,
    on: {
      send: (datagram, { address, port }) =>
        socket.send(
          datagram,
          port,
          family === 'IPv6' && !address.includes(':') ? `::ffff:${address}` : address,
          (error) => {
            if (error) onError(error)
          },
        ),
      close: () => new Promise((resolve) => socket.close(() => resolve())),
    },
  }
}

async function bound(host: string | undefined, port: number): Promise<Socket> {
  if (host !== undefined) return bind(host.includes(':') ? 'udp6' : 'udp4', host, port)
  try {
    return await bind('udp6', '::', port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EAFNOSUPPORT' && code !== 'EINVAL' && code !== 'EADDRNOTAVAIL') throw error
    return bind('udp4', '0.0.0.0', port) // a machine without IPv6
  }
}

async function bind(type: 'udp4' | 'udp6', host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type, recvBufferSize: wantedBufferOctets })
  try {
    socket.bind({ address: host, port, exclusive: true })
    await once(socket, 'listening')
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** Of an address of IPv4 in the form of IPv6, the former. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
