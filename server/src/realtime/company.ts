/** Consoles that have the same ticket open hear of one another. */
import type { Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import { Presence } from '../desk/presence.ts'
import type { OpenSession } from '../identity/sessions/sessions.ts'

/** The part of a console's socket that keeps company. */
export interface CompanionSocket {
  id: string
  connected: boolean
  data: { session: OpenSession }
  join(room: string): unknown
  leave(room: string): unknown
  on(event: 'watchTicket', listener: (ticketId: unknown) => void): unknown
  on(event: 'writeTicket', listener: (writing: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

interface Deps {
  log: Log
  /** Whether this person works with the ticket: its reporter is told nothing of who reads it. */
  worksWith: (viewer: Viewer, ticketId: string) => Promise<boolean>
  tell: (room: string, change: { ticketId: string; people: ReturnType<Presence['peopleAt']> }) => void
}

const idAtMost = 40
const roomOf = (ticketId: string) => `ticket:${ticketId}`

export class Company {
  readonly #deps: Deps
  readonly #presence = new Presence()
  /** Whichever was asked for last counts, however long an earlier question takes. */
  readonly #asked = new Map<string, symbol>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  welcome(socket: CompanionSocket): void {
    socket.on('watchTicket', (ticketId) => {
      this.#watch(socket, ticketId).catch((err: unknown) =>
        this.#deps.log.error({ err }, 'a ticket was not watched'),
      )
    })
    socket.on('writeTicket', (writing) => this.#write(socket, writing))
    socket.on('disconnect', () => {
      this.#asked.delete(socket.id)
      this.#changed(this.#presence.leave(socket.id))
    })
  }

  async #watch(socket: CompanionSocket, ticketId: unknown): Promise<void> {
    const asking = Symbol()
    this.#asked.set(socket.id, asking)
    this.#leave(socket)
    if (typeof ticketId !== 'string' || ticketId.length > idAtMost) return
    const { viewer } = socket.data.session
    const isTheirs = await this.#deps.worksWith(viewer, ticketId)
    if (!isTheirs || !socket.connected || this.#asked.get(socket.id) !== asking) return
    await socket.join(roomOf(ticketId))
    const { userId, displayName: name } = viewer
    this.#changed(this.#presence.enter(socket.id, ticketId, { userId, name }))
  }

  #leave(socket: CompanionSocket): void {
    const left = this.#presence.leave(socket.id)
    for (const ticketId of left) void socket.leave(roomOf(ticketId))
    this.#changed(left)
  }

  #write(socket: CompanionSocket, writing: unknown): void {
    if (typeof writing !== 'object' || writing === null) return
    const { ticketId, isWriting } = writing as { ticketId?: unknown; isWriting?: unknown }
    if (typeof ticketId !== 'string') return
    this.#changed(this.#presence.write(socket.id, ticketId, isWriting === true))
  }

  #changed(ticketIds: string[]): void {
    for (const ticketId of ticketIds)
      this.#deps.tell(roomOf(ticketId), { ticketId, people: this.#presence.peopleAt(ticketId) })
  }
}
