/** What was held back for somebody is told together once its time has come. */
import { newId } from '@zongheng/inventory/id.ts'
import { severities } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import type { NotifyMessage } from './message.ts'
import * as store from './store.ts'
import type { DeliveryRow } from './store.ts'

/** One alone is sent as it is; several of one address become a digest that stands for them. */
export async function release(tx: Db, nowMs: number): Promise<void> {
  const due = await store.heldUntil(tx, nowMs)
  const byAddress = Map.groupBy(due, ({ channel_id, address }) => `${channel_id} ${address}`)
  for (const rows of byAddress.values()) {
    const ids = rows.map(({ id }) => id)
    if (rows.length === 1) {
      await store.updateDeliveries(tx, ids, { state: 'waiting', updated_at: nowMs })
      continue
    }
    const digest = digestOf(rows, nowMs)
    await store.insertDeliveries(tx, [digest])
    await store.updateDeliveries(tx, ids, {
      state: 'folded',
      next_at: null,
      remote_id: digest.id,
      updated_at: nowMs,
    })
  }
}

const itemsAtMost = 100

function digestOf(rows: DeliveryRow[], nowMs: number) {
  const messages = rows.map((row) => JSON.parse(row.message) as NotifyMessage)
  // the end of what began in here says both
  const latest = new Map(messages.map((message) => [message.alarmId ?? message.title, message]))
  const items = [...latest.values()].map(({ event, severity, title, sinceMs, untilMs }) => ({ event, severity, title, sinceMs, untilMs })) // prettier-ignore
  const open = items.filter(({ untilMs }) => untilMs === null).length
  const first = messages[0]!
  const message: NotifyMessage = {
    event: 'digest',
    severity: severities.find((severity) => items.some((item) => item.severity === severity))!,
    title: `告警汇总：${items.length} 条，${open} 条未恢复`,
    region: first.region,
    sinceMs: first.sinceMs,
    untilMs: null,
    cause: '',
    cutOff: { count: 0, names: [] },
    nextStep: '',
    carriers: [],
    alarmId: null,
    ticket: null,
    items: items.slice(-itemsAtMost),
  }
  const { region_id, channel_id, user_id, address } = rows[0]!
  return {
    id: newId('delivery', nowMs),
    thread_id: null,
    region_id,
    channel_id,
    user_id,
    address,
    event: 'digest',
    message: JSON.stringify(message),
    state: 'waiting' as const,
    attempts: 0,
    next_at: nowMs,
    sent_at: null,
    error: null,
    remote_id: null,
    created_at: nowMs,
    updated_at: nowMs,
  }
}
