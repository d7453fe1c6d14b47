import { newId } from '@zongheng/inventory/id.ts'
import type { Insertable } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { NotifyMessage } from './message.ts'
import type { Recipient } from './recipients.ts'

interface Telling {
  /** Null: a message that stands for itself. */
  threadId: string | null
  regionId: string
  message: NotifyMessage
  nowMs: number
}

/** One message to each of these, waiting or held, as rows of the outbox. */
export const deliveriesTo = (
  recipients: readonly Recipient[],
  { threadId, regionId, message, nowMs }: Telling,
): Insertable<Tables['notify_deliveries']>[] =>
  recipients.map(({ channelId, userId, address, heldUntilMs }) => ({
    id: newId('delivery', nowMs),
    thread_id: threadId,
    region_id: regionId,
    channel_id: channelId,
    user_id: userId,
    address,
    event: message.event,
    message: JSON.stringify(message),
    state: heldUntilMs === null ? 'waiting' : 'held',
    attempts: 0,
    next_at: heldUntilMs ?? nowMs,
    sent_at: null,
    error: null,
    remote_id: null,
    created_at: nowMs,
    updated_at: nowMs,
  }))
