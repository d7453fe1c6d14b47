/** 飞书 group robot [open.feishu.cn/document/client-docs/bot-v3/add-custom-bot]. */
import { createHmac } from 'node:crypto'
import { cutOctets, headline, markdown, type NotifyMessage } from '../message.ts'
import { postJson } from './request.ts'
import { byCode } from './robot.ts'
import type { Send } from './transport.ts'

const textAtMost = 18_000
/** 9499: too many requests; 11232: more than 5 a second or 100 a minute. */
const busy = [9499, 11232]

/** `timestamp` in seconds; it and the key are the key, and nothing is signed: base64(HMAC-SHA256(timestamp \n key, '')). */
export const feishuSign = (timestampS: number, key: string): string =>
  createHmac('sha256', `${timestampS}\n${key}`).digest('base64')

function colourOf({ event, severity }: NotifyMessage): string {
  if (event === 'recovered' || event === 'explained') return 'green'
  if (event === 'digest' || event === 'test') return 'blue'
  return severity === 'critical' || severity === 'major' ? 'red' : 'orange'
}

export const sendFeishu: Send<'feishu'> = async ({ secret, message, wording, nowMs }) => {
  const timestamp = Math.floor(nowMs / 1000)
  const signed = secret.signKey
    ? { timestamp: String(timestamp), sign: feishuSign(timestamp, secret.signKey) }
    : {}
  const card = {
    header: { title: { tag: 'plain_text', content: headline(message) }, template: colourOf(message) },
    elements: [{ tag: 'markdown', content: cutOctets(markdown(message, wording), textAtMost) }],
  }
  const answer = await postJson(secret.url!, { ...signed, msg_type: 'interactive', card })
  return byCode(answer, ['code', 'StatusCode'], busy)
}
