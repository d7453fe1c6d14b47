import type { ConsoleToServer, ServerToConsole } from '@zongheng/server/api.ts'
import { io, type Socket } from 'socket.io-client'
import * as msgpack from 'socket.io-msgpack-parser'

type Events = ServerToConsole
/** Besides the server's events: `reconnected`, after which what was loaded has to be loaded anew. */
type Handlers = Events & { reconnected: () => void }
type ConsoleSocket = Socket<ServerToConsole, ConsoleToServer>

/** The one live connection. `away` since `awayAt`: what the screen shows is as old as that. */
class Live {
  state = $state<'closed' | 'connecting' | 'live' | 'away'>('closed')
  awayAt = $state<number | null>(null)
  #socket: ConsoleSocket | null = null
  #reconnected = new Set<() => void>()

  /** `refresh`: what one may see is asked for anew, before everything else, when the connection is back. */
  open(refresh: () => Promise<unknown>) {
    if (this.#socket) return
    this.state = 'connecting'
    const socket: ConsoleSocket = io({ parser: msgpack, transports: ['websocket'] })
    this.#socket = socket
    socket.on('connect', () => {
      const again = this.state === 'away'
      this.state = 'live'
      this.awayAt = null
      if (!again) return
      // What cannot be read says so where it is shown.
      const tell = () => this.#reconnected.forEach((handler) => handler())
      void refresh().then(tell, tell)
    })
    socket.on('disconnect', () => this.#away())
    socket.on('connect_error', () => this.#away())
    for (const [event, handlers] of this.#waiting)
      for (const handler of handlers) socket.on(event, handler as never)
  }

  close() {
    this.#socket?.disconnect()
    this.#socket = null
    this.state = 'closed'
    this.awayAt = null
  }

  #waiting = new Map<keyof Events, Set<unknown>>()

  /** Calls `handler` at each event until the returned function is called; works before `open` too. */
  on<E extends keyof Handlers>(event: E, handler: Handlers[E]): () => void {
    if (event === 'reconnected') {
      this.#reconnected.add(handler as () => void)
      return () => this.#reconnected.delete(handler as () => void)
    }
    const name = event as keyof Events
    const handlers = this.#waiting.get(name) ?? new Set()
    this.#waiting.set(name, handlers.add(handler))
    this.#socket?.on(name, handler as never)
    return () => {
      handlers.delete(handler)
      this.#socket?.off(name, handler as never)
    }
  }

  watchDevice(deviceId: string | null) {
    this.#socket?.emit('watchDevice', deviceId)
  }

  watchTicket(ticketId: string | null) {
    this.#socket?.emit('watchTicket', ticketId)
  }

  writing(ticketId: string, isWriting: boolean) {
    this.#socket?.emit('writeTicket', { ticketId, isWriting })
  }

  #away() {
    if (this.state === 'closed') return
    this.awayAt ??= Date.now()
    this.state = 'away'
  }
}
export const live = new Live()
