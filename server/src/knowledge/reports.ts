import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { forbidden, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { viewerFor, type Viewer } from '../identity/viewer.ts'
import * as store from './report-store.ts'
import type { Gaps, Readers } from './schema.ts'
import { seenArticle } from './store.ts'
import { articleView } from './views.ts'

export interface ReportDeps {
  db: Db
  clock: Clock
  identity: Pick<IdentityService, 'regionsNamed' | 'peopleIn'>
  solvedSince: (viewer: Viewer, sinceMs: number) => Promise<{ id: string; category: string | null }[]>
}

const peopleAtMost = 1000

/** What the library lacks, and who has not read what everybody must. */
export class KnowledgeReports {
  readonly #deps: ReportDeps

  constructor(deps: ReportDeps) {
    this.#deps = deps
  }

  /** Of so many days, within the regions where the viewer writes. */
  async gaps(viewer: Viewer, days: number): Promise<Gaps> {
    const { db, clock, identity, solvedSince } = this.#deps
    const writes = viewerFor(viewer, 'knowledge.write')
    const sinceMs = clock() - days * dayMs
    const unused = await store.unusedBefore(db, writes, sinceMs)
    const regions = await identity.regionsNamed(unused.map((row) => row.region_id))
    const helped = new Set(await store.helpedSince(db, sinceMs))
    const solved = Map.groupBy(await solvedSince(viewer, sinceMs), ({ category }) => category)
    return {
      since: sinceMs,
      searches: await store.searchesInVain(db, writes, sinceMs),
      unused: unused.map((row) => articleView(row, { regions })),
      tickets: [...solved]
        .map(([category, tickets]) => ({
          category,
          solved: tickets.length,
          withArticle: tickets.filter(({ id }) => helped.has(id)).length,
        }))
        .sort((a, b) => b.solved - b.withArticle - (a.solved - a.withArticle)),
    }
  }

  /** Who has confirmed the version that is published, and who may but has not: of the people where the viewer writes and the article is read. */
  async readers(viewer: Viewer, articleId: string): Promise<Readers> {
    const { db, identity } = this.#deps
    const writes = viewerFor(viewer, 'knowledge.write')
    const row = await seenArticle(db, { reads: viewerFor(viewer, 'knowledge.read'), writes }, articleId)
    if (!row) throw notFound('article')
    const region = (await identity.regionsNamed([row.region_id])).get(row.region_id)
    const regionPaths = writes.regionPaths.flatMap((path) => within(path, region?.path ?? path))
    if (regionPaths.length === 0) throw forbidden()
    const people = await identity.peopleIn({ regionPaths }, { permission: 'knowledge.read' }, peopleAtMost)
    const confirmed = await store.confirmedAt(db, articleId, row.version)
    const readers = people.map(({ id, name, region }) => ({ person: { id, name }, region, confirmedAt: confirmed.get(id) ?? null })) // prettier-ignore
    return {
      version: row.version,
      confirmed: readers.filter(({ confirmedAt }) => confirmedAt !== null).length,
      items: readers.sort((a, b) => (a.confirmedAt ?? 0) - (b.confirmedAt ?? 0)),
    }
  }
}

/** What two subtrees have in common. */
const within = (one: string, other: string): string[] =>
  one.startsWith(other) ? [one]
  : other.startsWith(one) ? [other]
  : [] // prettier-ignore
