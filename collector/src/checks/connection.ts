import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CheckFailure, failureOf } from './outcome.ts'

export interface Place {
  host: string
  port: number
}

/** Milliseconds; null where there was no name to look up. */
export interface ConnectTimes {
  dnsMs: number | null
  connectMs: number
}

/** A connection that goes when the signal does. Rejects with a CheckFailure. */
export async function dial({ host, port }: Place, signal: AbortSignal): Promise<Socket & ConnectTimes> {
  const startedMs = performance.now()
  let lookedUpMs: number | null = null
  const socket = connect({ host, port })
  closeWith(socket, signal)
  socket.on('lookup', () => (lookedUpMs ??= performance.now()))
  socket.setNoDelay(true)
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    hangUp(socket)
    throw failureOf(error) ?? error
  }
  const fromMs = lookedUpMs ?? startedMs
  return Object.assign(socket, {
    dnsMs: lookedUpMs === null ? null : lookedUpMs - startedMs,
    connectMs: performance.now() - fromMs,
  })
}

/** The TLS socket around a plain one. */
const wrappers = new WeakMap<Socket, Socket>()

export function wrap(socket: Socket, wrapper: Socket, signal: AbortSignal): void {
  wrappers.set(socket, wrapper)
  closeWith(wrapper, signal)
}

/** From the outside in: a TLS socket that is closed after the one within it crashes Node 24. */
export function hangUp(socket: Socket): void {
  const wrapper = wrappers.get(socket)
  if (wrapper) hangUp(wrapper)
  else socket.destroy()
}

/** Later errors are those of whoever reads. */
function closeWith(socket: Socket, signal: AbortSignal): void {
  const close = () => hangUp(socket)
  signal.addEventListener('abort', close, { once: true })
  socket.on('error', () => {})
  socket.once('close', () => signal.removeEventListener('abort', close))
}

/** What comes next; null at the end. Rejects with a CheckFailure when the connection breaks. */
export async function nextChunk(socket: Socket, signal: AbortSignal): Promise<Buffer | null> {
  for (;;) {
    const chunk = socket.read() as Buffer | null
    if (chunk) return chunk
    if (socket.readableEnded) return null
    if (socket.errored || socket.destroyed) throw failureOf(socket.errored) ?? new CheckFailure('closed')
    await changeOf(socket, signal)
  }
}

function changeOf(socket: Socket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(signal.reason as Error)
  const events = ['readable', 'end', 'close', 'error'] as const
  const done = () => resolve()
  for (const event of events) socket.on(event, done)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  return promise.finally(() => {
    for (const event of events) socket.off(event, done)
    signal.removeEventListener('abort', abort)
  })
}
