import type { Accepting, Discovery, Find, NewDiscovery } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { scope } from '../scope.svelte.ts'

/** How often one that is under way is looked at. */
const everyMs = 2_000

export const isUnderWay = ({ state }: Pick<Discovery, 'state'>) => state === 'waiting' || state === 'running'

/** The discoveries of the scope, followed while one of them is under way. */
export class Discoveries {
  all = $state.raw<Discovery[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    void this.load()
    const timer = setInterval(() => this.all.some(isUnderWay) && void this.load(), everyMs)
    const stop = live.on('reconnected', () => void this.load())
    return () => {
      clearInterval(timer)
      stop()
    }
  }

  async load() {
    try {
      this.all = await api.all<Discovery>('/discoveries', scope.query)
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  begin = (body: NewDiscovery) => this.#then(api.post<Discovery>('/discoveries', body))
  stop = (id: string) => this.#then(api.post<Discovery>(`/discoveries/${id}/stop`))
  resume = (id: string) => this.#then(api.post<Discovery>(`/discoveries/${id}/resume`))
  remove = (id: string) => this.#then(api.del(`/discoveries/${id}`))

  async #then<T>(asked: Promise<T>): Promise<T> {
    const answer = await asked
    await this.load()
    return answer
  }
}

/** What a person would rather have than was proposed. */
export interface Wish {
  name?: string
  role?: NonNullable<Find['proposal']>['role']
  siteId?: string
}

const pageSize = 100
const mostAtOnce = 200

/** What one discovery found, decided about so or so. */
export class Finds {
  items = $state.raw<Find[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  readonly #path: string
  readonly #decision: Find['decision']

  constructor(discoveryId: string, decision: Find['decision']) {
    this.#path = `/discoveries/${discoveryId}`
    this.#decision = decision
  }

  /** From the first, as many as are shown. */
  load = () => this.#read(Math.min(mostAtOnce, Math.max(pageSize, this.items.length)))
  more = () => this.#read(pageSize, this.next ?? undefined)

  async #read(limit: number, cursor?: string) {
    try {
      const query = { decision: this.#decision, limit, cursor }
      const page = await api.get<{ items: Find[]; next: string | null }>(`${this.#path}/finds`, query)
      this.items = cursor === undefined ? page.items : [...this.items, ...page.items]
      this.next = page.next
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  async accept(ids: readonly string[], wishes: ReadonlyMap<string, Wish>): Promise<Accepting> {
    const finds = ids.map((id) => ({ id, ...wishes.get(id) }))
    const answer = await api.post<Accepting>(`${this.#path}/accept`, { finds })
    await this.#decided()
    return answer
  }

  async ignore(finds: readonly string[], ignored: boolean) {
    await api.post(`${this.#path}/ignore`, { finds, ignored })
    await this.#decided()
  }

  async #decided() {
    this.items = []
    await this.load()
  }
}
