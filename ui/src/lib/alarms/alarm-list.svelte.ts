import type { Alarm } from '@zongheng/server/api.ts'
import { api, ApiProblem, type Query } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { foldAlarms } from './fold.ts'

interface Page {
  items: Alarm[]
  next: string | null
}

/** Causes outside the chosen region that are asked for by id: enough for any real storm. */
const causesAtMost = 20
const pageSize = 100

/** Firing alarms of the scope, kept current, and those that cleared, page by page. */
export class AlarmList {
  firing = $state.raw<Alarm[]>([])
  cleared = $state.raw<Alarm[]>([])
  /** Causes of firing alarms that stand outside the chosen region, where the reader may see them. */
  #outside = $state.raw<Alarm[]>([])
  #asked = new Set<string>()
  #arrived = new Map<string, Alarm>()
  #frame: number | null = null
  next = $state<string | null>(null)
  loaded = $state(false)
  clearedLoaded = $state(false)
  problem = $state.raw<unknown>(null)

  folded = $derived(foldAlarms([...this.firing, ...this.#outside.filter((alarm) => this.#explains(alarm))]))
  /** By a maintenance window, or by somebody's hand: shown apart, nobody is told of them. */
  muted = $derived(this.firing.filter(isMuted))
  roots = $derived(this.firing.filter((alarm) => alarm.causeId === null && !isMuted(alarm)))
  unclaimed = $derived(this.roots.filter((alarm) => !alarm.acknowledgedBy && !alarm.ticket?.assignee).length)

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const stops = [
      live.on('alarm', (alarm) => this.put(alarm)),
      live.on('reconnected', () => void this.load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    this.#asked.clear()
    this.#outside = []
    await this.#try(async () => {
      this.firing = await api.all<Alarm>('/alarms', { state: 'firing', ...scope.query })
      await this.#findCauses()
    })
    this.loaded = true
  }

  /** The newest that cleared, of these severities; `more` for the page after. */
  async loadCleared(severities: string[] | null, more = false) {
    // The API takes one severity; several are sifted here.
    const severity = severities?.length === 1 ? severities[0] : undefined
    const query: Query = { state: 'cleared', limit: pageSize, severity, ...scope.query }
    await this.#try(async () => {
      const page = await api.get<Page>('/alarms', { ...query, cursor: more ? this.next : null })
      this.cleared = more ? [...this.cleared, ...page.items] : page.items
      this.next = page.next
    })
    this.clearedLoaded = true
  }

  /** What the server says of one alarm now. A storm of them is one change of the screen a frame. */
  put(alarm: Alarm) {
    this.#arrived.set(alarm.id, alarm)
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.#apply([...this.#arrived.values()].filter(({ region }) => scope.covers(region.id)))
      this.#arrived.clear()
    })
  }

  #apply(arrived: Alarm[]) {
    const told = new Set(arrived.map(({ id }) => id))
    const others = (list: Alarm[]) => list.filter(({ id }) => !told.has(id))
    const cleared = arrived.filter(({ state }) => state === 'cleared')
    this.firing = [...others(this.firing), ...arrived.filter(({ state }) => state === 'firing')]
    if (this.clearedLoaded) this.cleared = [...cleared, ...others(this.cleared)]
    void this.#try(() => this.#findCauses())
  }

  #explains = (cause: Alarm) => this.firing.some(({ causeId }) => causeId === cause.id)

  async #findCauses() {
    const known = new Set(this.firing.map(({ id }) => id))
    const causes = new Set(this.firing.flatMap(({ causeId }) => causeId ?? []))
    const missing = [...causes].filter((id) => !known.has(id) && !this.#asked.has(id)).slice(0, causesAtMost)
    if (missing.length === 0) return
    for (const id of missing) this.#asked.add(id)
    const found = await Promise.all(missing.map(visible))
    this.#outside = [...this.#outside, ...found.flat()]
  }

  async #try(act: () => Promise<void>) {
    try {
      await act()
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }
}

const isMuted = ({ muted }: Alarm) => muted === 'window' || muted === 'suppressed'

/** The alarm, or nothing when it is not the reader's to see. */
async function visible(id: string): Promise<Alarm[]> {
  try {
    const alarm = await api.get<Alarm>(`/alarms/${id}`)
    return alarm.state === 'firing' ? [alarm] : []
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return []
    throw problem
  }
}
