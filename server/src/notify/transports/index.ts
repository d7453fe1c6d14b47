import type { ChannelKind } from '../channel.ts'
import { sendDingtalk } from './dingtalk.ts'
import { sendFeishu } from './feishu.ts'
import { sendSms } from './sms.ts'
import { sendMail } from './smtp.ts'
import type { Handed, Outgoing, Send } from './transport.ts'
import { sendWebhook } from './webhook.ts'
import { sendWecom } from './wecom.ts'

const transports: { [K in ChannelKind]: Send<K> } = {
  smtp: sendMail,
  sms: sendSms,
  wecom: sendWecom,
  dingtalk: sendDingtalk,
  feishu: sendFeishu,
  webhook: sendWebhook,
}

/** Hands a message over; whatever goes wrong is an answer, told without the address that may be secret. */
export async function handOver(outgoing: Outgoing): Promise<Handed> {
  const send = transports[outgoing.settings.kind] as Send<ChannelKind>
  try {
    return await send(outgoing)
  } catch (error) {
    return { ok: false, answer: (error as Error).message, again: true }
  }
}
