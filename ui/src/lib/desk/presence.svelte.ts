import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'

export interface Present {
  id: string
  name: string
  isWriting: boolean
}

/** Who else has this ticket open; tells the others that one is here, and whether one writes. */
export class TicketPresence {
  others = $state.raw<Present[]>([])
  readonly #ticketId: string
  #isWriting = false

  constructor(ticketId: string) {
    this.#ticketId = ticketId
  }

  follow(): () => void {
    const enter = () => {
      live.watchTicket(this.#ticketId)
      if (this.#isWriting) live.writing(this.#ticketId, true)
    }
    const stops = [
      live.on('ticketPresence', ({ ticketId, people }) => {
        if (ticketId === this.#ticketId) this.others = people.filter(({ id }) => id !== session.me?.user.id)
      }),
      live.on('reconnected', enter),
      () => live.watchTicket(null),
    ]
    enter()
    return () => stops.forEach((stop) => stop())
  }

  writing(isWriting: boolean) {
    if (isWriting === this.#isWriting) return
    this.#isWriting = isWriting
    live.writing(this.#ticketId, isWriting)
  }
}
