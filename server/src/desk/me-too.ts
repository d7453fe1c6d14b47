/** 我也遇到: who else has what is known already. */
import { newId } from '@zongheng/inventory/id.ts'
import type { Db } from '../db/database.ts'
import { conflict } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { mustBeOpen } from './escalating.ts'
import * as store from './gathering-store.ts'
import type { Parts } from './parts.ts'
import * as record from './record.ts'
import type { NewMeToo } from './schema-together.ts'
import type { TicketRow } from './store.ts'

/** A caller without an account is known by name and telephone. */
export interface AlsoHit {
  userId: string | null
  name?: string | null
  phone?: string | null
  siteId?: string | null
  text?: string | null
}

const atMost = 5000

export class MeToos {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Of somebody who may look at the ticket. */
  async add(viewer: Viewer, id: string, { text, siteId }: NewMeToo): Promise<void> {
    await this.#parts.reach.seen(viewer, id)
    await this.addFor(id, { userId: viewer.userId, text: text ?? null, siteId: siteId ?? null })
  }

  /** The caller has made sure that they may say so. Once a person: what they said last stands. */
  async addFor(id: string, hit: AlsoHit): Promise<void> {
    const { audit } = this.#parts
    await audit.write(async (tx, note) => {
      const row = await store.heldTicket(tx, id)
      mustBeOpen(row)
      if (hit.userId !== null && row.requester_id === hit.userId) throw conflict('me-too-already')
      const all = await store.meToosOf(tx, id)
      if (all.some((one) => isSame(one, hit))) throw conflict('me-too-already')
      if (all.length >= atMost) throw conflict('too-many')
      await this.#insert(tx, id, hit, this.#parts.clock())
      await this.#parts.book.add(tx, id, [])
      note(record.done('desk.ticket-me-too', row, { name: hit.name, siteId: hit.siteId, text: hit.text }))
    })
  }

  /** Whoever reported or shared the one shares the other, each once. */
  async handOver(tx: Db, from: TicketRow, into: TicketRow, nowMs: number): Promise<void> {
    const there = await store.meToosOf(tx, into.id)
    const has = (hit: AlsoHit) =>
      (hit.userId !== null && hit.userId === into.requester_id) || there.some((one) => isSame(one, hit))
    const moving = (await store.meToosOf(tx, from.id)).filter(
      (one) => !has({ userId: one.user_id, phone: one.phone }),
    )
    await store.moveMeToos(tx, moving.map(({ id }) => id), into.id) // prettier-ignore
    const {
      requester_id: userId,
      contact_name: name,
      contact_phone: phone,
      site_id: siteId,
      title: text,
    } = from
    const reporter = { userId, name, phone, siteId, text }
    const isSomebody = userId !== null || name !== null || phone !== null
    const isThere = has(reporter) || moving.some((one) => isSame(one, reporter))
    if (isSomebody && !isThere) await this.#insert(tx, into.id, reporter, nowMs)
  }

  async #insert(tx: Db, ticketId: string, hit: AlsoHit, nowMs: number): Promise<void> {
    await store.insertMeToo(tx, {
      id: newId('meToo', nowMs),
      ticket_id: ticketId,
      user_id: hit.userId,
      name: hit.name ?? null,
      phone: hit.phone ?? null,
      site_id: hit.siteId ?? null,
      text: hit.text ?? null,
      created_at: nowMs,
    })
  }
}

const isSame = (one: store.MeTooRow, { userId, phone = null }: AlsoHit) =>
  userId === null ? phone !== null && one.phone === phone : one.user_id === userId
