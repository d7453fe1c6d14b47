import type { NewPortalReport } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { toasts } from '../components/toasts.svelte.ts'
import { t } from '../i18n/index.svelte.ts'
import { session } from '../session.svelte.ts'
import { draftAgain } from './drafts.ts'
import { photoStore } from './photo-store.ts'
import { ReportQueue, type Made, type Waiting } from './report-queue.ts'

/** Reports on their way, as the portal shows them. */
class Outbox {
  waiting = $state.raw<Waiting[]>([])
  /** Of the last that came back refused: its category, where its draft is. */
  refused = $state.raw<{ category: string; problem: string } | null>(null)
  readonly photos = photoStore()
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #queue = new ReportQueue({
    storage: {
      getItem: (place) => localStorage.getItem(place),
      setItem: (place, text) => localStorage.setItem(place, text),
    },
    photos: this.photos,
    me: () => session.me?.user.id ?? null,
    post: (report) => api.post<Made>('/portal/reports', report),
    attach: (ticketId, photo) => api.upload(`/files?ownerType=ticket&ownerId=${ticketId}`, photo),
    refused: (report, failure) => {
      const problem = problemText(failure)
      draftAgain(report, problem)
      this.refused = { category: report.category, problem }
    },
    photoRefused: (failure) =>
      toasts.show(t('portal.photoRefused', { why: problemText(failure) }), { icon: 'camera' }),
    changed: (waiting) => (this.waiting = waiting),
    again: (waitMs) => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.flush(), waitMs)
    },
  })

  /** Null: kept for later. Throws what the server refuses. */
  send(report: NewPortalReport, photos: File[]): Promise<Made | null> {
    return this.#queue.send(report, photos)
  }

  /** How many were sent. */
  flush(): Promise<number> {
    clearTimeout(this.#timer)
    this.waiting = this.#queue.waiting
    return this.#queue.flush()
  }
}

export const outbox = new Outbox()
