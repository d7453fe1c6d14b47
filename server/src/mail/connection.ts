/** Ways to a mailbox's servers: IMAP [RFC 9051] in, SMTP out. */
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { refusedBy, smtpConnection } from '../notify/transports/smtp-connection.ts'
import type { ImapSettings, MailboxSecret, SmtpSettings } from './schema.ts'

const answerAtMost = 300
const connectWithinMs = 15_000
/** IDLE is renewed before it; a server that says nothing for longer is gone. */
const silentAtMostMs = 6 * 60_000

/** Not connected yet; the caller minds its `error` events. */
export function imapClient(to: ImapSettings, secret: MailboxSecret): ImapFlow {
  const options: ImapFlowOptions & { connectionTimeout: number; greetingTimeout: number; socketTimeout: number } = {
    host: to.host,
    port: to.port,
    secure: to.security === 'tls',
    doSTARTTLS: to.security === 'starttls',
    tls: { rejectUnauthorized: to.verifyTls },
    auth: { user: to.username, pass: secret.imapPassword ?? '' },
    logger: false,
    maxIdleTime: 4 * 60_000,
    connectionTimeout: connectWithinMs,
    greetingTimeout: connectWithinMs,
    socketTimeout: silentAtMostMs,
  } // prettier-ignore
  // with TLS from the first byte there is nothing to upgrade, and the library refuses both
  if (to.security === 'tls') delete options.doSTARTTLS
  return new ImapFlow(options)
}

export async function tryImap(to: ImapSettings, secret: MailboxSecret) {
  const client = imapClient(to, secret)
  let failed: unknown
  client.on('error', (error: Error) => (failed ??= error))
  try {
    await client.connect()
    const { messages = 0 } = await client.status(to.folder, { messages: true })
    return { ok: true, answer: `${to.folder}: ${messages}` }
  } catch (error) {
    return { ok: false, answer: imapAnswer(failed ?? error) }
  } finally {
    client.close()
  }
}

export async function trySmtp(to: SmtpSettings, secret: MailboxSecret) {
  const transport = smtpConnection(to, secret.smtpPassword ?? '')
  try {
    await transport.verify()
    return { ok: true, answer: '' }
  } catch (error) {
    return { ok: false, answer: refusedBy(error as Error).answer }
  } finally {
    transport.close()
  }
}

/** What the server said, or what kept us from it; one line, bounded. */
export function imapAnswer(error: unknown): string {
  const { responseText, serverResponseCode, message } = error as Error & {
    responseText?: string
    serverResponseCode?: string
  }
  const said = [serverResponseCode, responseText ?? message].filter(Boolean).join(': ')
  return said.replace(/\p{Cc}+/gu, ' ').slice(0, answerAtMost)
}
