/** One way to a mail server, for messages and for the desk's letters. */
import { createTransport } from 'nodemailer'
import { shown } from './request.ts'
import type { Handed } from './transport.ts'

export interface SmtpServer {
  host: string
  port: number
  security: 'none' | 'starttls' | 'tls'
  verifyTls: boolean
  username: string
}

const connectWithinMs = 10_000
const silentAtMostMs = 20_000

/** To be closed by the caller. */
export function smtpConnection(to: SmtpServer, password: string) {
  return createTransport({
    host: to.host,
    port: to.port,
    secure: to.security === 'tls',
    requireTLS: to.security === 'starttls',
    ignoreTLS: to.security === 'none',
    tls: { rejectUnauthorized: to.verifyTls },
    ...(to.username && { auth: { user: to.username, pass: password } }),
    connectionTimeout: connectWithinMs,
    greetingTimeout: connectWithinMs,
    socketTimeout: silentAtMostMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** 5yz is for good [RFC 5321, 4.2.1]; a wrong password too. */
export function refusedBy(
  error: Error & { responseCode?: number; response?: string; code?: string },
): Handed {
  const forGood = error.code === 'EAUTH' || (error.responseCode ?? 0) >= 500
  return { ok: false, answer: shown(error.response ?? error.message), again: !forGood }
}
