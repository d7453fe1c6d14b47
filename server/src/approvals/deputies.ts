import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Deputy, NewDeputy } from './schema.ts'
import type { ApprovalDeps } from './service.ts'
import * as store from './store.ts'

type DeputyDeps = Pick<ApprovalDeps, 'db' | 'clock' | 'audit' | 'identity'>

const longestMs = 366 * dayMs
const atMost = 20

/** Who decides while somebody is away: from, until. A deputy's own deputy does not. */
export class Deputies {
  readonly #deps: DeputyDeps

  constructor(deps: DeputyDeps) {
    this.#deps = deps
  }

  /** The viewer's own, and those whom they stand in for; not what is over. */
  async list(viewer: Viewer): Promise<Deputy[]> {
    const { db, clock, identity } = this.#deps
    const rows = await store.deputiesOf(db, viewer.userId, clock())
    const names = await identity.namesOf(rows.flatMap((row) => [row.user_id, row.deputy_id]))
    const ref = (id: string) => ({ id, name: names.get(id) ?? id })
    return rows.map((row) => ({
      id: row.id,
      user: ref(row.user_id),
      deputy: ref(row.deputy_id),
      startsAt: row.starts_at,
      endsAt: row.ends_at,
    }))
  }

  async name(viewer: Viewer, { deputyId, startsAt, endsAt }: NewDeputy): Promise<void> {
    const { db, clock, identity, audit } = this.#deps
    const nowMs = clock()
    if (endsAt <= Math.max(startsAt, nowMs) || endsAt - startsAt > longestMs)
      throw invalid([{ path: '/endsAt', code: 'range', message: 'after startsAt, by at most a year' }])
    const home = await identity.homeOf(deputyId)
    if (home === undefined || deputyId === viewer.userId) throw notFound('user')
    const own = (await store.deputiesOf(db, viewer.userId, nowMs)).filter((row) => row.user_id === viewer.userId) // prettier-ignore
    if (own.length >= atMost) throw conflict('too-many')
    await audit.write(async (tx, note) => {
      const id = newId('deputy', nowMs)
      const stamps = { created_at: nowMs, updated_at: nowMs }
      await store.insertDeputy(tx, { id, user_id: viewer.userId, deputy_id: deputyId, starts_at: startsAt, ends_at: endsAt, ...stamps }) // prettier-ignore
      note({
        action: 'approvals.deputy-named',
        entity: { type: 'user', id: viewer.userId, name: viewer.displayName },
        regionId: null,
        after: { deputyId, startsAt, endsAt },
      })
    })
  }

  async end(viewer: Viewer, id: string): Promise<void> {
    await this.#deps.audit.write(async (tx, note) => {
      const row = await store.deleteDeputy(tx, id, viewer.userId)
      if (!row) throw notFound('deputy')
      note({
        action: 'approvals.deputy-ended',
        entity: { type: 'user', id: viewer.userId, name: viewer.displayName },
        regionId: null,
        before: { deputyId: row.deputy_id, startsAt: row.starts_at, endsAt: row.ends_at },
      })
    })
  }
}
