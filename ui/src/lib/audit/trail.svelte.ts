import type { AuditArchive, AuditRecord, AuditVerdict } from '@zongheng/server/api.ts'
import { address, api, type Query } from '../api/client.ts'
import { scope } from '../scope.svelte.ts'
import { queryOf, type AuditFilter } from './filter.ts'

interface Page {
  items: AuditRecord[]
  next: string | null
}

const pageSize = 100

/** Records of the trail, newest first, page by page. */
export class Trail {
  records = $state.raw<AuditRecord[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  loadingMore = $state(false)
  problem = $state.raw<unknown>(null)
  #query: Query = {}
  #asked: AbortController | null = null

  /** From the newest on; a question that was asked before is dropped. */
  async load(filter: AuditFilter) {
    this.#asked?.abort()
    const asked = (this.#asked = new AbortController())
    this.#query = { ...queryOf(filter, Date.now()), ...scope.query }
    try {
      this.#take(await this.#page(null, asked.signal))
      this.problem = null
    } catch (problem) {
      if (asked.signal.aborted) return
      this.problem = problem
    }
    this.loaded = true
  }

  async more() {
    if (!this.next || this.loadingMore) return
    this.loadingMore = true
    const asked = this.#asked
    try {
      const page = await this.#page(this.next, asked?.signal)
      this.#take({ ...page, items: [...this.records, ...page.items] })
    } catch (problem) {
      if (!asked?.signal.aborted) this.problem = problem
    } finally {
      this.loadingMore = false
    }
  }

  #page = (cursor: string | null, signal?: AbortSignal) =>
    api.get<Page>('/audit', { ...this.#query, limit: pageSize, cursor }, signal)

  #take({ items, next }: Page) {
    this.records = items
    this.next = next
  }
}

/** Where a browser fetches the records as JSON Lines. */
export const exportAddress = (filter: AuditFilter, now: number) =>
  address('/audit/export', { ...queryOf(filter, now), ...scope.query })

export const verify = () => api.post<AuditVerdict>('/audit/verify')
export const archives = async () => (await api.get<{ items: AuditArchive[] }>('/audit/archives')).items
