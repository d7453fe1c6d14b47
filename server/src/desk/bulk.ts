/** One act on many tickets, each in a transaction of its own. */
import { ProblemError } from '../http/problem.ts'
import { inLanguage, titleOf, type Language } from '../http/problem-messages.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Amending } from './amending.ts'
import type { Keeping } from './keeping.ts'
import type { BulkAct, BulkResult } from './schema-keeping.ts'
import type { TicketWork } from './working.ts'

export interface Workers {
  work: TicketWork
  keeping: Keeping
  amending: Amending
}

export class Bulk {
  readonly #workers: Workers

  constructor(workers: Workers) {
    this.#workers = workers
  }

  async run(viewer: Viewer, ids: readonly string[], act: BulkAct, language: Language): Promise<BulkResult[]> {
    const results: BulkResult[] = []
    for (const id of ids) results.push(await this.#one(viewer, id, act, language))
    return results
  }

  async #one(viewer: Viewer, id: string, act: BulkAct, language: Language): Promise<BulkResult> {
    try {
      await this.#act(viewer, id, act)
      return { id, ok: true }
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status >= 500) throw error
      const { status, code, detail } = error
      const title = inLanguage(titleOf(code, status), language)
      const problem = { status, code, title, ...(detail !== undefined && { detail: inLanguage(detail, language) }) } // prettier-ignore
      return { id, ok: false, problem }
    }
  }

  #act(viewer: Viewer, id: string, act: BulkAct): Promise<void> {
    const { work, keeping, amending } = this.#workers
    switch (act.kind) {
      case 'assign':
        return work.assign(viewer, id, { teamId: act.teamId, assigneeId: act.assigneeId })
      case 'move':
        return work.move(viewer, id, act)
      case 'tag':
        return keeping.retag(viewer, id, act.add ?? [], act.remove ?? [])
      case 'priority':
        return amending.patch(viewer, id, { priority: act.priority })
      case 'category':
        return amending.patch(viewer, id, { category: act.category })
    }
  }
}
