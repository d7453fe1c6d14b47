import type { SavedView } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { filterNames } from './queue.ts'

const page = 'tickets'

/** Of an address what makes a view: the queue and what narrows it. */
export const viewQuery = (search: Pick<URLSearchParams, 'get'>): Record<string, string> =>
  Object.fromEntries(
    ['tab', ...filterNames].flatMap((name) => (search.get(name) ? [[name, search.get(name)!]] : [])),
  )

export const isShown = ({ query }: SavedView, search: Pick<URLSearchParams, 'get'>) =>
  JSON.stringify(Object.entries(query).sort()) === JSON.stringify(Object.entries(viewQuery(search)).sort())

/** Queues that somebody named: one's own, and those of one's teams. */
export class SavedViews {
  items = $state.raw<SavedView[]>([])

  async load() {
    const { items } = await api.get<{ items: SavedView[] }>('/desk/views', { page })
    this.items = items.filter((view) => view.page === page)
  }

  async save(name: string, search: Pick<URLSearchParams, 'get'>, teamId: string | null) {
    const view = { name, page, query: viewQuery(search), teamId }
    await api.post('/desk/views', view)
    await this.load()
  }

  async remove({ id }: SavedView) {
    await api.del(`/desk/views/${id}`)
    this.items = this.items.filter((view) => view.id !== id)
  }
}
