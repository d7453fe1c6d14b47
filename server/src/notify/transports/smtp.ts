/** Mail [RFC 5321, 5322]. Message-ID comes of the delivery, so that one sent twice is one; a thread has one id all point to. */
import { plainText, subject } from '../message.ts'
import { shown } from './request.ts'
import { refusedBy, smtpConnection } from './smtp-connection.ts'
import type { Send } from './transport.ts'

export const mailId = (id: string, domain: string) => `<${id}@${domain}>`
export const domainOf = (from: string) => /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'zongheng.invalid'

export const sendMail: Send<'smtp'> = async (outgoing) => {
  const { settings, secret, address, message, wording, id, threadId, firstId } = outgoing
  const { from } = settings
  const domain = domainOf(from)
  const transport = smtpConnection(settings, secret.password ?? '')
  const messageId = mailId(id, domain)
  const before = [threadId, firstId === id ? null : firstId].flatMap((one) =>
    one ? [mailId(one, domain)] : [],
  )
  try {
    const info = await transport.sendMail({
      from,
      to: address,
      subject: subject(message),
      text: plainText(message, wording),
      messageId,
      ...(before.length > 0 && { references: before, inReplyTo: before.at(-1)! }),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Zongheng-Event': message.event },
    })
    return { ok: true, answer: shown(info.response), remoteId: messageId }
  } catch (error) {
    return refusedBy(error as Error & { responseCode?: number; response?: string; code?: string })
  } finally {
    transport.close()
  }
}
