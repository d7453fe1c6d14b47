/** Who else has a ticket open, and who is writing on it. Of this process alone; a socket has one ticket open at most. */

export interface Present {
  id: string
  name: string
  isWriting: boolean
}

interface Place {
  ticketId: string
  userId: string
  name: string
  isWriting: boolean
}

/** More are not named: a ticket that so many look at is talked about elsewhere. */
const namedAtMost = 50

export class Presence {
  readonly #bySocket = new Map<string, Place>()
  readonly #byTicket = new Map<string, Set<string>>()

  /** Answers the tickets whose company is another now: the one it left and the one it came to. */
  enter(socketId: string, ticketId: string, { userId, name }: { userId: string; name: string }): string[] {
    const here = this.#bySocket.get(socketId)
    if (here?.ticketId === ticketId) return [ticketId]
    const left = this.leave(socketId)
    this.#bySocket.set(socketId, { ticketId, userId, name, isWriting: false })
    const sockets = this.#byTicket.get(ticketId) ?? new Set()
    this.#byTicket.set(ticketId, sockets.add(socketId))
    return [...left, ticketId]
  }

  leave(socketId: string): string[] {
    const here = this.#bySocket.get(socketId)
    if (!here) return []
    this.#bySocket.delete(socketId)
    const sockets = this.#byTicket.get(here.ticketId)
    sockets?.delete(socketId)
    if (sockets?.size === 0) this.#byTicket.delete(here.ticketId)
    return [here.ticketId]
  }

  /** Of another ticket than the one that is open it says nothing. */
  write(socketId: string, ticketId: string, isWriting: boolean): string[] {
    const here = this.#bySocket.get(socketId)
    if (here?.ticketId !== ticketId || here.isWriting === isWriting) return []
    here.isWriting = isWriting
    return [here.ticketId]
  }

  /** Each person once, however many windows they have open. */
  peopleAt(ticketId: string): Present[] {
    const people = new Map<string, Present>()
    for (const socketId of this.#byTicket.get(ticketId) ?? []) {
      const { userId, name, isWriting } = this.#bySocket.get(socketId)!
      const known = people.get(userId)
      people.set(userId, { id: userId, name, isWriting: isWriting || known?.isWriting === true })
    }
    return [...people.values()].slice(0, namedAtMost)
  }

  get size(): number {
    return this.#byTicket.size
  }
}
