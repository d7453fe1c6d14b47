import type { NewPortalReport } from '@zongheng/server/api.ts'
import { api, ApiProblem } from '../api/client.ts'

interface Made {
  id: string
  number: string
}
const place = 'zongheng.reports'

/** Reports that the network did not take: kept on this device until it does. A report sent twice is one ticket, by its key. */
class Outbox {
  waiting = $state.raw<NewPortalReport[]>(read())
  #sending = false

  /** Null: kept for later. Throws what the server refuses. */
  async send(report: NewPortalReport): Promise<Made | null> {
    this.#keep([...this.waiting.filter(({ key }) => key !== report.key), report])
    try {
      const made = await api.post<Made>('/portal/reports', report)
      this.#drop(report.key)
      return made
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.status === 0) return null
      this.#drop(report.key)
      throw failure
    }
  }

  /** All that wait, when the network is back; what is refused is dropped, as it would be refused again. */
  async flush(): Promise<number> {
    if (this.#sending) return 0
    this.#sending = true
    let sent = 0
    for (const report of this.waiting) {
      const made = await this.send(report).catch(() => undefined)
      if (made === null) break
      if (made) sent++
    }
    this.#sending = false
    return sent
  }

  #drop(key: string) {
    this.#keep(this.waiting.filter((one) => one.key !== key))
  }

  #keep(reports: NewPortalReport[]) {
    this.waiting = reports
    localStorage.setItem(place, JSON.stringify(reports))
  }
}

function read(): NewPortalReport[] {
  if (typeof localStorage === 'undefined') return []
  return JSON.parse(localStorage.getItem(place) ?? '[]') as NewPortalReport[]
}

/** What was begun of a report, by category: a reload loses nothing. */
export interface Draft {
  key: string
  serviceId: string
  text: string
}
const draftAt = (category: string) => `zongheng.draft.${category}`

export function draftOf(category: string): Draft {
  const kept = localStorage.getItem(draftAt(category))
  return kept ? (JSON.parse(kept) as Draft) : { key: newKey(), serviceId: '', text: '' }
}
export const keepDraft = (category: string, draft: Draft) =>
  localStorage.setItem(draftAt(category), JSON.stringify(draft))
export const dropDraft = (category: string) => localStorage.removeItem(draftAt(category))

/** Random; also where the page is not served over TLS, and `randomUUID` is missing. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

export const outbox = new Outbox()
