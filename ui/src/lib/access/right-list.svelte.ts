import type { Permission, Right } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import type { Role } from './rights.ts'

interface Page {
  items: Right[]
  next: string | null
}

/** Who may do what in a region, page by page. */
export class RightList {
  roles = $state.raw<Role[]>([])
  all = $state.raw<Right[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  #query: { regionId: string; permission: Permission | null } | null = null
  #abort = new AbortController()

  async loadRoles() {
    try {
      this.roles = (await api.get<{ items: Role[] }>('/roles')).items
    } catch (problem) {
      this.problem = problem
    }
  }

  /** The first page for a region. */
  async load(regionId: string, permission: Permission | null) {
    this.#query = { regionId, permission }
    this.all = []
    this.loaded = false
    await this.#page(null)
  }

  more = () => this.#page(this.next)
  reload = async () => {
    if (this.#query) await this.load(this.#query.regionId, this.#query.permission)
  }

  async #page(cursor: string | null) {
    this.#abort.abort()
    const { signal } = (this.#abort = new AbortController())
    try {
      const page = await api.get<Page>('/rights', { ...this.#query, cursor }, signal)
      this.all = cursor ? [...this.all, ...page.items] : page.items
      this.next = page.next
      this.loaded = true
      this.problem = null
    } catch (problem) {
      if (!signal.aborted) this.problem = problem
    }
  }
}
