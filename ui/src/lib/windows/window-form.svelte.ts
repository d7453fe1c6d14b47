import type { MaintenanceWindow, NewWindow, WindowPreview } from '@zongheng/server/api.ts'
import { api, ApiProblem } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { scopesNamed, type Chosen } from './scope-finder.ts'
import { fromWall, toWall } from './words.ts'

export type { Chosen } from './scope-finder.ts'

const hourMs = 3_600_000

/** A window as it is typed. */
export class WindowForm {
  title = $state('')
  source = $state<MaintenanceWindow['source']>('manual')
  reference = $state('')
  carrier = $state('')
  note = $state('')
  scopes = $state.raw<Chosen[]>([])
  starts = $state('')
  ends = $state('')
  repeat = $state<'none' | 'week' | 'day' | 'nth'>('none')
  weekdays = $state<number[]>([])
  nth = $state<1 | 2 | 3 | 4 | -1>(1)
  recursUntil = $state('')
  found = $state.raw<Chosen[]>([])
  preview = $state.raw<WindowPreview | null>(null)
  problem = $state<string | null>(null)
  busy = $state(false)
  /** The one that is changed; null: a new one. */
  readonly known: MaintenanceWindow | null
  #asked = 0

  constructor(nowMs: number, known: MaintenanceWindow | null = null) {
    this.known = known
    if (known) {
      this.#take(known)
      return
    }
    const next = Math.ceil(nowMs / hourMs) * hourMs + hourMs
    this.starts = toWall(next)
    this.ends = toWall(next + 2 * hourMs)
    this.weekdays = [new Date(`${this.starts}Z`).getUTCDay()]
  }

  #take({
    title,
    source,
    reference,
    carrier,
    note,
    scopes,
    startsAt,
    endsAt,
    recurrence,
    recursUntil,
  }: MaintenanceWindow) {
    this.title = title
    this.source = source
    this.reference = reference ?? ''
    this.carrier = carrier?.id ?? ''
    this.note = note ?? ''
    this.scopes = scopes
    this.starts = toWall(startsAt)
    this.ends = toWall(endsAt)
    this.weekdays = recurrence?.every === 'week' ? recurrence.weekdays : []
    if (recurrence?.every === 'month' && 'nth' in recurrence) this.nth = recurrence.nth as 1 | 2 | 3 | 4 | -1
    this.repeat = !recurrence
      ? 'none'
      : recurrence.every === 'week'
        ? 'week'
        : 'day' in recurrence
          ? 'day'
          : 'nth'
    this.recursUntil = recursUntil === null ? '' : toWall(recursUntil).slice(0, 10)
  }

  /** Whose notice it can be: the carriers of what it covers, and the one that is named already. */
  get carriers(): { id: string; name: string }[] {
    const named = this.known?.carrier
    const found = this.preview?.carriers ?? []
    return named && !found.some(({ id }) => id === named.id) ? [named, ...found] : found
  }

  get #recursUntilMs(): number | null {
    return this.repeat !== 'none' && this.recursUntil ? fromWall(`${this.recursUntil}T23:59`) : null
  }

  get isWhole(): boolean {
    return this.title.trim() !== '' && this.scopes.length > 0 && fromWall(this.ends) > fromWall(this.starts)
  }

  get recurrence(): NewWindow['recurrence'] {
    const first = new Date(`${this.starts}Z`)
    if (this.repeat === 'week') return { every: 'week', weekdays: [...this.weekdays] }
    if (this.repeat === 'day') return { every: 'month', day: first.getUTCDate() }
    if (this.repeat === 'nth') return { every: 'month', weekday: first.getUTCDay(), nth: this.nth }
    return null
  }

  get body(): NewWindow {
    return {
      title: this.title.trim() || '–',
      source: this.source === 'carrier' ? 'carrier' : 'manual',
      reference: this.reference.trim() || null,
      carrierId: this.source === 'carrier' && this.carrier ? this.carrier : null,
      note: this.note.trim() || null,
      scopes: this.scopes.map(({ type, id }) => ({ type, id })),
      startsAt: fromWall(this.starts),
      endsAt: fromWall(this.ends),
      recurrence: this.recurrence,
      recursUntil: this.#recursUntilMs,
    }
  }

  /** What may be said anew of one that is announced: only what really is another. */
  get #patch() {
    const { title, reference, carrierId, note, endsAt } = this.body
    const until = this.#recursUntilMs
    return {
      title,
      note: note ?? null,
      reference: reference ?? null,
      ...(this.source === 'carrier' && { carrierId: carrierId ?? null }),
      ...(this.repeat === 'none' && endsAt !== this.known?.endsAt && { endsAt }),
      ...(this.repeat !== 'none' && until !== this.known?.recursUntil && { recursUntil: until }),
    }
  }

  /** What is called like this: regions, sites, devices, links and their circuits, business services. */
  async look(text: string): Promise<void> {
    const q = text.trim()
    const mine = ++this.#asked
    if (q === '') {
      this.found = []
      return
    }
    try {
      const found = await scopesNamed(q)
      if (mine === this.#asked)
        this.found = found.filter(({ id }) => !this.scopes.some((one) => one.id === id))
    } catch {
      this.found = [] // the field is a help: what cannot be looked up is not offered
    }
  }

  choose(one: Chosen): void {
    this.scopes = [...this.scopes, one]
    this.found = []
  }

  drop(id: string): void {
    this.scopes = this.scopes.filter((one) => one.id !== id)
  }

  async see(): Promise<void> {
    if (this.scopes.length === 0 || !(fromWall(this.ends) > fromWall(this.starts))) {
      this.preview = null
      return
    }
    try {
      this.preview = await api.post<WindowPreview>('/windows/preview', this.body)
      this.problem = null
    } catch (refused) {
      this.preview = null
      if (this.known) return // what is announced stands, whoever looks at it
      this.problem = refused instanceof ApiProblem ? problemText(refused) : String(refused)
    }
  }

  async save(): Promise<MaintenanceWindow | null> {
    this.busy = true
    try {
      return this.known
        ? await api.patch<MaintenanceWindow>(`/windows/${this.known.id}`, this.#patch)
        : await api.post<MaintenanceWindow>('/windows', this.body)
    } catch (refused) {
      this.problem = problemText(refused)
      return null
    } finally {
      this.busy = false
    }
  }
}
