/** 钉钉 group robot [open.dingtalk.com/document/robots/customize-robot-security-settings]. */
import { createHmac } from 'node:crypto'
import { cutOctets, headline, markdown } from '../message.ts'
import { postJson } from './request.ts'
import { byCode } from './robot.ts'
import type { Send } from './transport.ts'

const textAtMost = 18_000
/** -1: busy; 130101, 410100: more than 20 a minute. */
const busy = [-1, 130101, 410100]

/** `timestamp` in ms; the key signs itself: base64(HMAC-SHA256(key, timestamp \n key)). */
export const dingtalkSign = (timestampMs: number, key: string): string =>
  createHmac('sha256', key).update(`${timestampMs}\n${key}`).digest('base64')

export const sendDingtalk: Send<'dingtalk'> = async ({ secret, message, wording, nowMs }) => {
  const url = new URL(secret.url!)
  if (secret.signKey) {
    url.searchParams.set('timestamp', String(nowMs))
    url.searchParams.set('sign', dingtalkSign(nowMs, secret.signKey))
  }
  const text = cutOctets(markdown(message, wording), textAtMost)
  const answer = await postJson(url.href, {
    msgtype: 'markdown',
    markdown: { title: headline(message), text },
  })
  return byCode(answer, ['errcode'], busy)
}
