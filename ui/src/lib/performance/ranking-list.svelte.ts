import type { Ranking } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import type { Period } from '../charts/look.ts'
import { asked, type Choice } from './rankings.ts'

/** As many series as one answer draws. */
const most = 50

/** The first in what is looked at; what was loaded stays until its successor is there. */
export class RankingList {
  items = $state.raw<Ranking['items'] | null>(null)
  /** What `items` are the first in. */
  choice = $state.raw<Choice | null>(null)
  problem = $state.raw<unknown>(null)

  /** Call the returned function to give it up. */
  load(choice: Choice, period: Period, scope: { regionId?: string }): () => void {
    const abort = new AbortController()
    const [from, until] = [Math.round(period.from), Math.round(period.until)]
    const { metric, of } = asked(choice)
    const query = { metric, of, by: choice.by, from, until, limit: most, ...scope }
    api.get<Ranking>('/series/top', query, abort.signal).then(
      ({ items }) => {
        if (abort.signal.aborted) return
        this.items = items.filter(({ value }) => value > 0)
        this.choice = choice
        this.problem = null
      },
      (problem: unknown) => {
        if (!abort.signal.aborted) this.problem = problem
      },
    )
    return () => abort.abort()
  }
}
