/** Mail [RFC 5321, 5322]. Message-ID comes of the delivery, so that one sent twice is one; a thread has one id all point to. */
import { createTransport } from 'nodemailer'
import { plainText, subject } from '../message.ts'
import { shown } from './request.ts'
import type { Handed, Send } from './transport.ts'

const connectWithinMs = 10_000
const silentAtMostMs = 20_000

export const mailId = (id: string, domain: string) => `<${id}@${domain}>`
export const domainOf = (from: string) => /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'zongheng.invalid'

export const sendMail: Send<'smtp'> = async (outgoing) => {
  const { settings, secret, address, message, wording, id, threadId, firstId } = outgoing
  const { host, port, security, verifyTls, from, username } = settings
  const domain = domainOf(from)
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { rejectUnauthorized: verifyTls },
    ...(username && { auth: { user: username, pass: secret.password ?? '' } }),
    connectionTimeout: connectWithinMs,
    greetingTimeout: connectWithinMs,
    socketTimeout: silentAtMostMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
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

/** 5yz is for good [RFC 5321, 4.2.1]; a wrong password too. */
function refusedBy(error: Error & { responseCode?: number; response?: string; code?: string }): Handed {
  const forGood = error.code === 'EAUTH' || (error.responseCode ?? 0) >= 500
  return { ok: false, answer: shown(error.response ?? error.message), again: !forGood }
}
