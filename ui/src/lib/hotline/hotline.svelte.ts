import type { HotlineCall, HotlineCaller, HotlineSituation } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { newKey } from '../portal/drafts.ts'
import type { Category } from '../portal/progress.ts'

export type CallFilter = 'all' | 'missed' | 'mine'

export interface NewTicketForm {
  category: Category
  title: string
  text: string
}

/** One desk at the telephone: the call in hand, who it is, what is the matter there. */
export class Hotline {
  call = $state.raw<HotlineCall | null>(null)
  caller = $state.raw<HotlineCaller | null>(null)
  /** Of a caller who is not known. */
  name = $state('')
  number = $state('')
  siteId = $state('')
  situation = $state.raw<HotlineSituation | null>(null)
  calls = $state.raw<HotlineCall[]>([])
  filter = $state<CallFilter>('all')
  /** Of the ticket being written: sent again after a lost answer, it is the same one. */
  #key = newKey()

  async loadCalls(filter = this.filter) {
    const query = {
      limit: 50,
      ...(filter === 'missed' && { missed: true }),
      ...(filter === 'mine' && { mine: true }),
    }
    this.calls = (await api.get<{ items: HotlineCall[] }>('/hotline/calls', query)).items
  }

  /** A call is taken up: who it is known to be, and their site. */
  async take(call: HotlineCall) {
    this.call = call
    this.caller = null
    this.#key = newKey()
    this.number = call.number
    this.name = call.name ?? ''
    const { items } = await api.get<{ items: HotlineCaller[] }>('/hotline/lookup', { q: call.number })
    const known = items.find(({ userId }) => userId !== null && userId === call.user?.id) ?? items[0]
    if (known) await this.choose(known)
    else await this.look(call.site?.id)
  }

  async choose(caller: HotlineCaller) {
    this.caller = caller
    this.#key = newKey()
    this.name = caller.name
    if (caller.phone && !this.call) this.number = caller.phone
    await this.look(caller.site?.id)
  }

  async look(siteId?: string) {
    const situation = await api.get<HotlineSituation>('/hotline/situation', {
      userId: this.caller?.userId,
      siteId: siteId || undefined,
      number: this.caller?.userId ? undefined : this.number || undefined,
    })
    this.situation = situation
    this.siteId = situation.site?.id ?? ''
  }

  async answer(call: HotlineCall) {
    await this.take(await this.#patch(call.id, { event: 'answered' }))
  }

  /** Who it was is kept with the call. */
  async end() {
    if (this.call) await this.#patch(this.call.id, { ...this.#who, event: 'ended' })
    this.clear()
  }

  /** What is shown of the site is not read anew here: that may fail, and the ticket is written all the same. */
  async open({ category, title, text }: NewTicketForm): Promise<{ id: string; number: string }> {
    if (this.call) this.call = await this.#patch(this.call.id, this.#who)
    const made = await api.post<{ id: string; number: string }>('/hotline/tickets', {
      key: this.#key,
      siteId: this.siteId,
      category,
      title,
      text,
      ...(this.call && { callId: this.call.id }),
      ...(this.caller?.userId && { userId: this.caller.userId }),
      contact: { ...(this.name && { name: this.name }), ...(this.number && { phone: this.number }) },
    })
    this.#key = newKey()
    return made
  }

  async addTo(ticketId: string) {
    if (this.call) this.call = await this.#patch(this.call.id, { ...this.#who, ticketId })
  }

  async meToo(ticketId: string) {
    if (!this.call) return
    await this.#patch(this.call.id, this.#who)
    this.call = await api.post<HotlineCall>(`/hotline/calls/${this.call.id}/me-too`, {
      ticketId,
      ...(this.siteId && { siteId: this.siteId }),
    })
    await this.look(this.siteId)
  }

  clear() {
    this.call = this.caller = this.situation = null
    this.name = this.number = this.siteId = ''
    this.#key = newKey()
  }

  get #who() {
    const userId = this.caller?.userId
    return {
      ...(userId && { userId }),
      ...(this.name && { name: this.name }),
      ...(this.siteId && { siteId: this.siteId }),
    }
  }

  #patch(id: string, patch: object) {
    return api.patch<HotlineCall>(`/hotline/calls/${id}`, patch)
  }
}
