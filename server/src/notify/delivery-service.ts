import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { conflict, notFound } from '../http/problem.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { isInScope } from '../identity/scope.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import { plainText, type NotifyMessage, type Wording } from './message.ts'
import { defaultPreferences, type Preferences } from './preference.ts'
import { partly } from './route-service.ts'
import type { DeliveryQuery, DeliveryView, Notice, NoticePage } from './schema.ts'
import * as store from './store.ts'

export interface DeliveryDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'namesOf'>
  wording: Wording
  wake: () => void
}

type Scope = Pick<Viewer, 'regionPaths'>
/** Beside what a person prefers, how far they have looked. */
type Kept = Partial<Preferences> & { seenMs?: number }

/** What was told, to whom, and how it went; each person's own part of it. */
export class DeliveryService {
  readonly #deps: DeliveryDeps

  constructor(deps: DeliveryDeps) {
    this.#deps = deps
  }

  /** Newest first. */
  async list(viewer: Scope, query: DeliveryQuery): Promise<PageOf<DeliveryView>> {
    const { db, identity, wording } = this.#deps
    const page = await store.listDeliveries(db, viewer, query)
    const names = await identity.namesOf(page.items.flatMap((row) => row.user_id ?? []))
    return { next: page.next, items: page.items.map((row) => deliveryView(row, names, wording)) }
  }

  /** By hand, what had failed: once more, at once. */
  async retry(viewer: Scope, id: string): Promise<void> {
    const { db, audit, clock, wake } = this.#deps
    const row = await db
      .selectFrom('notify_deliveries')
      .selectAll()
      .where('id', '=', id)
      .where(isInScope('notify_deliveries.region_id', viewer, db))
      .executeTakeFirst()
    if (!row) throw notFound('delivery')
    const isFailing = row.state === 'failed' || (row.state === 'waiting' && row.attempts > 0)
    if (!isFailing) throw conflict('not-failed')
    const nowMs = clock()
    await audit.write(async (tx, note) => {
      const change = {
        state: 'waiting',
        next_at: nowMs,
        attempts: 0,
        error: null,
        updated_at: nowMs,
      } as const
      await store.updateDeliveries(tx, [id], change)
      const { title } = JSON.parse(row.message) as NotifyMessage
      note({
        action: 'notify.delivery-retried',
        entity: { type: 'delivery', id, name: title },
        regionId: row.region_id,
      })
    })
    wake()
  }

  // ---- one's own ------------------------------------------------------------------------

  async notices(viewer: Viewer, paging: Paging): Promise<NoticePage> {
    const { db } = this.#deps
    const page = await store.listNotices(db, viewer, viewer.userId, paging)
    return {
      ...page,
      items: page.items.map(noticeView),
      seenAt: (await this.#kept(viewer.userId)).seenMs ?? 0,
    }
  }

  /** For the socket: with whom each is for. */
  async noticesByIds(ids: string[]): Promise<{ notice: Notice; userId: string | null }[]> {
    if (ids.length === 0) return []
    const rows = await store.noticesByIds(this.#deps.db, ids)
    return rows.map((row) => ({ notice: noticeView(row), userId: row.user_id }))
  }

  async seen(viewer: Pick<Viewer, 'userId'>): Promise<{ seenAt: number }> {
    const { db, clock } = this.#deps
    const seenMs = clock()
    const kept = { ...(await this.#kept(viewer.userId)), seenMs }
    await store.setPreferences(db, viewer.userId, JSON.stringify(kept), seenMs)
    return { seenAt: seenMs }
  }

  async preferences(viewer: Pick<Viewer, 'userId'>): Promise<Preferences> {
    const { seenMs: _, ...kept } = await this.#kept(viewer.userId)
    return { ...defaultPreferences, ...kept }
  }

  async setPreferences(viewer: Viewer, settings: Preferences): Promise<Preferences> {
    const { audit, clock } = this.#deps
    const kept = await this.#kept(viewer.userId)
    await audit.write(async (tx, note) => {
      await store.setPreferences(tx, viewer.userId, JSON.stringify({ ...kept, ...settings }), clock())
      note({
        action: 'notify.preferences-changed',
        entity: { type: 'user', id: viewer.userId, name: viewer.displayName },
        regionId: null,
        before: kept,
        after: settings,
      })
    })
    return settings
  }

  async #kept(userId: string): Promise<Kept> {
    const row = await store.preferencesOf(this.#deps.db, userId)
    return row ? (JSON.parse(row.settings) as Kept) : {}
  }
}

type Listed = Awaited<ReturnType<typeof store.listDeliveries>>['items'][number]

function deliveryView(row: Listed, names: Map<string, string>, wording: Wording): DeliveryView {
  const message = JSON.parse(row.message) as NotifyMessage
  return {
    id: row.id,
    at: row.created_at,
    event: message.event,
    severity: message.severity,
    title: message.title,
    text: plainText(message, wording),
    region: { id: row.region_id, name: row.region_name },
    channel: row.channel_id ? { id: row.channel_id, name: row.channel_name ?? '' } : null,
    user: row.user_id ? { id: row.user_id, name: names.get(row.user_id) ?? '' } : null,
    address: partly(row.address),
    state: row.state,
    attempts: row.attempts,
    nextAt: row.next_at,
    sentAt: row.sent_at,
    error: row.error,
    alarmId: message.alarmId,
    ticket: message.ticket,
  }
}

function noticeView(row: store.DeliveryRow & { region_name: string }): Notice {
  const { event, severity, title, alarmId, ticket, article } = JSON.parse(row.message) as NotifyMessage
  return {
    id: row.id,
    at: row.created_at,
    event,
    severity,
    title,
    region: { id: row.region_id, name: row.region_name },
    alarmId,
    ticket,
    article: article ?? null,
    isPersonal: row.user_id !== null,
  }
}
