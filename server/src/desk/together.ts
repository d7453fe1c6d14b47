/** All that people do with a ticket together, each part by itself; and what follows from it for those it concerns. */
import type { Db } from '../db/database.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { TicketObserver } from './contract.ts'
import type { NewEntry } from './entry.ts'
import { Escalating } from './escalating.ts'
import { childrenOf } from './gathering-store.ts'
import { Gathering } from './gathering.ts'
import { Linking } from './linking.ts'
import { MeToos } from './me-too.ts'
import { Merging } from './merging.ts'
import type { OnDuty } from './on-duty.ts'
import type { Parts } from './parts.ts'
import { Ratings } from './rating.ts'
import { readsInternal } from './reach.ts'
import { Relating } from './related.ts'
import type { TicketDetail } from './schema.ts'
import { Splitting } from './splitting.ts'
import { sightOf } from './sight.ts'
import { ticketsInSight, type TicketRow } from './store.ts'
import { Urging } from './urging.ts'

/** Tells of the tickets on the bus, and answers the first as the viewer sees it. */
export type Tell = (viewer: Viewer, ...ids: string[]) => Promise<TicketDetail>

export class Together implements TicketObserver {
  readonly escalating: Escalating
  readonly urging: Urging
  readonly gathering: Gathering
  readonly merging: Merging
  readonly linking: Linking
  readonly splitting: Splitting
  readonly meToos: MeToos
  readonly ratings: Ratings
  readonly relating: Relating
  readonly onDuty: OnDuty
  readonly tell: Tell
  readonly #parts: Parts

  constructor(parts: Parts, onDuty: OnDuty, tell: Tell) {
    this.#parts = parts
    this.onDuty = onDuty
    this.tell = tell
    this.escalating = new Escalating(parts)
    this.urging = new Urging(parts)
    this.gathering = new Gathering(parts)
    this.linking = new Linking(parts)
    this.splitting = new Splitting(parts)
    this.meToos = new MeToos(parts)
    this.merging = new Merging(parts, this.meToos)
    this.ratings = new Ratings(parts)
    this.relating = new Relating(parts, this)
  }

  async changed(tx: Db, before: TicketRow | null, after: TicketRow, nowMs: number): Promise<void> {
    await this.escalating.changed(tx, before, after, nowMs)
    await this.gathering.changed(tx, before, after, nowMs)
    await this.#parts.notices.changed(tx, before, after, nowMs)
  }

  async added(tx: Db, ticket: TicketRow, entries: readonly NewEntry[], nowMs: number): Promise<void> {
    await this.gathering.added(tx, ticket, entries)
    await this.#parts.notices.added(tx, ticket, entries, nowMs)
  }

  /** Whether they see it as staff do; false for what they may not see, or only reported. */
  async worksWith(viewer: Viewer, id: string): Promise<boolean> {
    const { db, identity } = this.#parts
    if (!viewer.permissions.has('desk.read')) return false
    const [row] = await ticketsInSight(db, sightOf(viewer), [id])
    const region = row && (await identity.regionsNamed([row.region_id])).get(row.region_id)
    return region !== undefined && readsInternal(viewer, { row: row!, regionPath: region.path })
  }

  /** What a change of this ticket may have changed with it. */
  async alongWith(id: string): Promise<string[]> {
    return (await childrenOf(this.#parts.db, id)).map((child) => child.id)
  }
}
