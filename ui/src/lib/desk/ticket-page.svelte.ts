import type { Ticket, TicketDetail, TicketPatch } from '@zongheng/server/api.ts'
import { api, ApiProblem } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import type { MoveWords } from './moves.ts'

export type Visibility = 'public' | 'internal'
/** To whom something is written: the reporter, colleagues, or nobody: what was said on the telephone. */
export type Audience = Visibility | 'call'

/** Somebody was faster: what is shown is no longer what is. */
export const isChanged = (problem: unknown): problem is ApiProblem =>
  problem instanceof ApiProblem && problem.code === 'ticket-changed'

/** One ticket with its timeline, kept current while it is open. Each act says which state of it the reader saw. */
export class TicketPage {
  readonly id: string
  ticket = $state.raw<TicketDetail | null>(null)
  problem = $state.raw<unknown>(null)
  busy = $state(false)
  #stale = false
  #loading: Promise<void> | null = null
  #acting: Promise<unknown> = Promise.resolve()

  constructor(id: string) {
    this.id = id
  }

  /** Loads, and loads again at each change; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('ticket', (ticket) => ticket.id === this.id && void this.refresh()),
      live.on('reconnected', () => void this.refresh()),
    ]
    void this.refresh()
    return () => stops.forEach((stop) => stop())
  }

  /** Calls while one is under way make one more, not many. */
  async refresh(): Promise<void> {
    this.#stale = true
    this.#loading ??= this.#load().finally(() => (this.#loading = null))
    await this.#loading
  }

  comment = (text: string, audience: Audience) => {
    const said = audience === 'call' ? { visibility: 'internal', manner: 'call' } : { visibility: audience }
    return this.#act(() => api.post(`/tickets/${this.id}/comments`, { text, ...said }))
  }

  assign = (to: { teamId?: string; assigneeId?: string | null }) =>
    this.#act((seen) => api.post(`/tickets/${this.id}/assign`, { ...to, ...seen }))

  move = (to: Ticket['state'], more: MoveWords = {}) =>
    this.#act((seen) => api.post(`/tickets/${this.id}/move`, { to, ...more, ...seen }))

  /** `revision`: what the writer began from; where it is another by now, 409 `ticket-changed`. */
  edit = (patch: Omit<TicketPatch, 'revision'>, revision: number) =>
    this.#act(() => api.patch(`/tickets/${this.id}`, { ...patch, revision }))

  /** A further act of the ticket's own address. */
  act = (path: string, body: unknown = {}, method: 'post' | 'put' | 'del' = 'post') =>
    this.#act(() => {
      const address = `/tickets/${this.id}/${path}`
      return method === 'del' ? api.del<unknown>(address) : api[method](address, body)
    })

  /** When what was begun is done, or refused: what follows goes from what is then. */
  settled = () => this.#acting.catch(() => undefined)

  #act(send: (seen: { revision?: number }) => Promise<unknown>): Promise<void> {
    const acting = this.#carryOut(send)
    this.#acting = acting
    return acting
  }

  /** Where the answer is the ticket it is shown at once, else it is read anew. Throws what the server refused. */
  async #carryOut(send: (seen: { revision?: number }) => Promise<unknown>) {
    this.busy = true
    try {
      const answer = await send(this.ticket ? { revision: this.ticket.revision } : {})
      if (isDetail(answer) && answer.id === this.id) this.ticket = answer
      else await this.refresh()
    } finally {
      this.busy = false
    }
  }

  async #load() {
    while (this.#stale) {
      this.#stale = false
      try {
        this.ticket = await api.get<TicketDetail>(`/tickets/${this.id}`)
        this.problem = null
      } catch (problem) {
        this.problem = problem
      }
    }
  }
}

const isDetail = (answer: unknown): answer is TicketDetail =>
  typeof answer === 'object' && answer !== null && 'timeline' in answer && 'moves' in answer
