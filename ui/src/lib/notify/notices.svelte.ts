import type { Notice, NoticePage } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'

const shown = 30

/** The latest of what one was told. One root told to one by name and as one of many stands once. */
export class Notices {
  #all = $state.raw<Notice[]>([])
  #seenAt = $state(0)
  items = $derived(once(this.#all).slice(0, shown))
  unseen = $derived(this.items.filter(({ at }) => at > this.#seenAt).length)

  follow(): () => void {
    if (!session.can('alarms.read')) return () => undefined
    void this.#load()
    const stops = [
      live.on('notice', (notice) => {
        this.#all = [notice, ...this.#all.filter(({ id }) => id !== notice.id)].slice(0, 2 * shown)
      }),
      live.on('reconnected', () => void this.#load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async look() {
    if (session.me?.viewingAs) return
    this.#seenAt = (await api.post<{ seenAt: number }>('/notices/seen')).seenAt
  }

  async #load() {
    if (!session.can('alarms.read')) return
    const page = await api.get<NoticePage>('/notices', { limit: 2 * shown })
    this.#all = page.items
    this.#seenAt = page.seenAt
  }
}

function once(all: readonly Notice[]): Notice[] {
  const byWhat = new Map<string, Notice>()
  for (const notice of all) {
    const key = `${notice.alarmId ?? notice.id} ${notice.event}`
    if (!byWhat.has(key) || notice.isPersonal) byWhat.set(key, notice)
  }
  return [...byWhat.values()].sort((a, b) => b.at - a.at)
}
