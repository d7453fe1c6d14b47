/** What a ticket's page shows beside it: what it hangs together with, and with whom. */
import { dayMs } from '@zongheng/inventory/zone.ts'
import type { Db } from '../db/database.ts'
import type { Viewer } from '../identity/viewer.ts'
import { countEntries } from './entries-store.ts'
import { isOpen, type Escalating } from './escalating.ts'
import * as store from './gathering-store.ts'
import type { TicketKind, TicketState } from './kinds.ts'
import type { Parts } from './parts.ts'
import { mayRate } from './rating.ts'
import { readsInternal, type ReachedTicket } from './reach.ts'
import type { Related, TicketLine, TogetherFields } from './schema-together.ts'
import { sightOf } from './sight.ts'
import { ticketsByIds, ticketsInSight, type TicketRow } from './store.ts'
import type { Urging } from './urging.ts'

const similarSinceMs = 30 * dayMs
const similarAtMost = 5
const peopleAtMost = 200

export class Relating {
  readonly #parts: Parts
  readonly #escalating: Escalating
  readonly #urging: Urging

  constructor(parts: Parts, { escalating, urging }: { escalating: Escalating; urging: Urging }) {
    this.#parts = parts
    this.#urging = urging
    this.#escalating = escalating
  }

  /** For the ticket itself, at once with it. */
  async fields(viewer: Viewer, ticket: ReachedTicket, db: Db = this.#parts.db): Promise<TogetherFields> {
    const { row } = ticket
    const isStaff = readsInternal(viewer, ticket)
    const [escalations, [into], isUrged, mayUrge, meToos, children] = await Promise.all([
      isStaff ? this.#escalating.list(viewer, ticket, db) : [],
      row.merged_into === null ? [] : ticketsByIds(db, [row.merged_into]),
      countEntries(db, row.id, 'urging'),
      isStaff && isOpen(row) && this.#urging.mayUrge(viewer, ticket),
      store.countMeToos(db, row.id),
      store.countChildren(db, row.id),
    ])
    const offered = escalations.find(({ state }) => state === 'offered')
    return {
      escalation: offered ? pick(offered) : null,
      isUrged,
      mayUrge,
      meToos,
      children,
      mergedInto: into ? { id: into.id, name: into.number } : null,
      mayRate: mayRate(viewer.userId, row, this.#parts.clock()),
    }
  }

  /** To its reporter without the people and without what the tiers say to one another. */
  async related(viewer: Viewer, id: string): Promise<Related> {
    const { db, reach } = this.#parts
    const ticket = await reach.seen(viewer, id)
    const { row } = ticket
    const isStaff = readsInternal(viewer, ticket)
    const links = await store.linksOf(db, id)
    const children = await store.childrenOf(db, id)
    const merged = await store.mergedInto(db, id)
    const around = [row.parent_id, row.merged_into, ...links.flatMap((one) => [one.from_id, one.to_id])]
    const seen = await this.#lines(viewer, [...present(around), ...ids(children), ...ids(merged)])
    const linesOf = (rows: TicketRow[]) => rows.flatMap((one) => seen.get(one.id) ?? [])
    return {
      parent: seen.get(row.parent_id ?? '') ?? null,
      mergedInto: seen.get(row.merged_into ?? '') ?? null,
      children: linesOf(children),
      merged: linesOf(merged),
      links: links.flatMap(({ from_id, to_id, kind }) => {
        const outward = from_id === id
        const other = seen.get(outward ? to_id : from_id)
        return other ? [{ kind, outward, ticket: other }] : []
      }),
      escalations: isStaff ? await this.#escalating.list(viewer, ticket) : [],
      meToos: await this.#meToos(id, isStaff),
      watchers: isStaff ? await this.#watchers(id) : [],
      similar: isStaff ? await this.#similar(viewer, row) : [],
    }
  }

  async #meToos(id: string, isStaff: boolean): Promise<Related['meToos']> {
    const { db, names } = this.#parts
    const rows = await store.meToosOf(db, id)
    if (!isStaff) return { count: rows.length, people: [] }
    const shown = rows.slice(-peopleAtMost)
    const users = await names.users(present(shown.map((one) => one.user_id)), db)
    const sites = await names.sites(present(shown.map((one) => one.site_id)), db)
    const people = shown.map((one) => ({
      id: one.id,
      user: one.user_id === null ? null : { id: one.user_id, name: users.get(one.user_id) ?? one.user_id },
      name: one.name,
      phone: one.phone,
      site: one.site_id === null ? null : { id: one.site_id, name: sites.get(one.site_id) ?? one.site_id },
      text: one.text,
      at: one.created_at,
    }))
    return { count: rows.length, people: people.reverse() }
  }

  async #watchers(id: string): Promise<Related['watchers']> {
    const { db, names } = this.#parts
    const userIds = await store.watchersOf(db, id)
    const users = await names.users(userIds, db)
    return userIds.map((userId) => ({ id: userId, name: users.get(userId) ?? userId }))
  }

  async #similar(viewer: Viewer, row: TicketRow): Promise<TicketLine[]> {
    const { db, clock } = this.#parts
    const rows = await store.alike(db, sightOf(viewer), row, clock() - similarSinceMs, similarAtMost)
    return this.#named(rows)
  }

  /** Of these, those in sight. */
  async #lines(viewer: Viewer, wanted: string[]): Promise<Map<string, TicketLine>> {
    if (wanted.length === 0) return new Map()
    const rows = await ticketsInSight(this.#parts.db, sightOf(viewer), [...new Set(wanted)])
    return new Map((await this.#named(rows)).map((line) => [line.id, line]))
  }

  async #named(rows: TicketRow[]): Promise<TicketLine[]> {
    const { db, names } = this.#parts
    const regions = await names.regions([...new Set(rows.map((row) => row.region_id))], db)
    return rows.map((row) => ({
      id: row.id,
      number: row.number,
      kind: row.kind as TicketKind,
      state: row.state as TicketState,
      priority: row.priority,
      title: row.title,
      region: { id: row.region_id, name: regions.get(row.region_id) ?? row.region_id },
      createdAt: row.created_at,
    }))
  }
}

const ids = (rows: TicketRow[]) => rows.map((row) => row.id)
const present = (some: (string | null)[]) => [...new Set(some.filter((id) => id !== null))]
const pick = ({ id, state, fromTeam, toTeam, reason, may }: Related['escalations'][number]) => ({ id, state, fromTeam, toTeam, reason, may }) // prettier-ignore
