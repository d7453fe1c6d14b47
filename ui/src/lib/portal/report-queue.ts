import type { NewPortalReport } from '@zongheng/server/api.ts'
import { ApiProblem, endsSession } from '../api/problem.ts'

export interface Made {
  id: string
  number: string
}
export interface Waiting {
  report: NewPortalReport
  /** Whose it is: another who signs in on this device does not send it. */
  by: string
  /** What it became; only its photos are on their way then. */
  made?: Made
}

/** Photos of reports, by the report's key. */
export interface PhotoStore {
  get: (key: string) => Promise<File[]>
  /** None: forgets them. False: they last no longer than this page. */
  put: (key: string, photos: File[]) => Promise<boolean>
}

export interface QueueDeps {
  storage: Pick<Storage, 'getItem' | 'setItem'>
  photos: PhotoStore
  /** Who is signed in; null: nobody. */
  me: () => string | null
  post: (report: NewPortalReport) => Promise<Made>
  attach: (ticketId: string, photo: File) => Promise<unknown>
  /** One that waited, refused for what it says: its author is to mend it. */
  refused: (report: NewPortalReport, problem: ApiProblem) => void
  /** Of a photo that the server does not take; the others go on. */
  photoRefused: (problem: ApiProblem) => void
  changed: (waiting: Waiting[]) => void
  again: (waitMs: number) => void
}

const place = 'zongheng.reports'
const waitMs = { first: 5_000, longest: 300_000 }
const refusals = new Set([400, 403, 404, 409, 413, 415, 422])

/** Whether the same again would be refused again; all else passes: the network, a sign-in, a busy or broken server. */
export const isRefusal = (failure: unknown): failure is ApiProblem =>
  failure instanceof ApiProblem && refusals.has(failure.status) && !endsSession.has(failure.code)

/** Reports kept on this device until the server has them. One sent twice is one ticket, by its key. */
export class ReportQueue {
  readonly #deps: QueueDeps
  readonly #underWay = new Map<string, Promise<Made | null>>()
  #failures = 0

  constructor(deps: QueueDeps) {
    this.#deps = deps
  }

  /** Of whoever is signed in. Read anew each time: another tab may have sent some. */
  get waiting(): Waiting[] {
    return this.#all().filter(({ by }) => by === this.#deps.me())
  }

  /** Null: kept for later. Throws what the server refuses; nothing of it waits then, but its photos are kept. */
  async send(report: NewPortalReport, photos: File[]): Promise<Made | null> {
    await this.#deps.photos.put(report.key, photos)
    this.#change((all) => [...all.filter((one) => one.report.key !== report.key), { report, by: this.#deps.me() ?? '' }]) // prettier-ignore
    return this.#once(report)
  }

  /** All that wait, one after the other, up to the first that cannot be sent now. How many were. */
  async flush(): Promise<number> {
    let sent = 0
    for (const { report } of this.waiting)
      try {
        if ((await this.#once(report)) === null) break
        sent++
      } catch (failure) {
        if (!isRefusal(failure)) throw failure
        this.#deps.refused(report, failure)
      }
    return sent
  }

  // ----------------------------------------------------------------------------------------------

  #once(report: NewPortalReport): Promise<Made | null> {
    const { key } = report
    const running = this.#underWay.get(key) ?? this.#deliver(report).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, running)
    return running
  }

  async #deliver(report: NewPortalReport): Promise<Made | null> {
    const { post } = this.#deps
    const isMine = ({ report: { key } }: Waiting) => key === report.key
    const without = (all: Waiting[]) => all.filter((one) => !isMine(one))
    let made = this.#all().find(isMine)?.made
    try {
      if (!made) {
        const now = (made = await post(report))
        this.#change((all) => all.map((one) => (isMine(one) ? { ...one, made: now } : one)))
      }
      await this.#sendPhotos(report.key, made.id)
      this.#change(without)
      this.#failures = 0
    } catch (failure) {
      if (isRefusal(failure)) {
        this.#change(without)
        throw failure
      }
      if (!(failure instanceof ApiProblem)) throw failure
      this.#later(failure)
    }
    return made ?? null
  }

  async #sendPhotos(key: string, ticketId: string): Promise<void> {
    const { photos, attach, photoRefused } = this.#deps
    for (let rest = await photos.get(key); rest.length > 0;) {
      try {
        await attach(ticketId, rest[0]!)
      } catch (failure) {
        if (!isRefusal(failure)) throw failure
        photoRefused(failure)
      }
      rest = rest.slice(1)
      await photos.put(key, rest)
    }
  }

  #later({ retryAfterS }: ApiProblem) {
    const ownMs = Math.min(waitMs.first * 2 ** this.#failures++, waitMs.longest)
    this.#deps.again(Math.max(ownMs, (retryAfterS ?? 0) * 1000))
  }

  #all(): Waiting[] {
    const kept = JSON.parse(this.#deps.storage.getItem(place) ?? '[]') as (Waiting | NewPortalReport)[]
    // as an older console kept them
    return kept.map((one) => ('report' in one ? one : { report: one, by: this.#deps.me() ?? '' }))
  }

  #change(change: (all: Waiting[]) => Waiting[]) {
    this.#deps.storage.setItem(place, JSON.stringify(change(this.#all())))
    this.#deps.changed(this.waiting)
  }
}
