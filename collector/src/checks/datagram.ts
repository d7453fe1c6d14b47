import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP, isIPv6 } from 'node:net'
import type { Place } from './connection.ts'
import { addressOf } from './icmp.ts'
import { CheckFailure, failureOf } from './outcome.ts'

/** UDP loses: a question is asked so often before its time is over. */
const tries = 3

export interface DatagramQuestion<T> {
  /** What is sent; asked for anew with each try. */
  message: (socket: Socket) => Buffer
  /** The answer, or undefined to go on waiting; throws a CheckFailure. */
  take: (datagram: Buffer) => T | undefined
  timeoutMs: number
  signal: AbortSignal
}

/** Asks by UDP, through a socket that hears nobody else. Rejects with a CheckFailure. */
export async function askByDatagram<T>(
  { host, port }: Place,
  { message, take, timeoutMs, signal }: DatagramQuestion<T>,
): Promise<T> {
  const address = isIP(host) ? host : await addressOf(host)
  signal.throwIfAborted()
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const abort = () => reject(new CheckFailure('timeout'))
  signal.addEventListener('abort', abort, { once: true })
  socket.on('error', (error) => reject(failureOf(error) ?? error))
  socket.on('message', (datagram) => {
    try {
      const answer = take(datagram)
      if (answer !== undefined) resolve(answer)
    } catch (error) {
      reject(error as Error)
    }
  })
  const send = () => socket.send(message(socket), (error) => error && reject(failureOf(error) ?? error))
  let timer: NodeJS.Timeout | undefined
  try {
    socket.connect(port, address)
    await Promise.race([once(socket, 'connect', { signal }), promise])
    send()
    timer = setInterval(send, timeoutMs / tries)
    return await promise
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', abort)
    socket.close()
  }
}
