/** A program of somebody's own: JSON, signed over its time and body, with a key that tells repetitions. */
import { createHmac } from 'node:crypto'
import { headline } from '../message.ts'
import { byStatus, postJson } from './request.ts'
import type { Send } from './transport.ts'

/** Hex of HMAC-SHA256 over `timestamp.body`. */
export const webhookSign = (timestampMs: number, body: string, key: string): string =>
  createHmac('sha256', key).update(`${timestampMs}.${body}`).digest('hex')

export const sendWebhook: Send<'webhook'> = async ({ settings, secret, message, id, threadId, nowMs }) => {
  const body = JSON.stringify({ version: 1, id, threadId, headline: headline(message), ...message })
  const answer = await postJson(settings.url, body, {
    'idempotency-key': id,
    'x-zongheng-timestamp': String(nowMs),
    'x-zongheng-signature': `sha256=${webhookSign(nowMs, body, secret.signKey ?? '')}`,
  })
  return byStatus(answer)
}
