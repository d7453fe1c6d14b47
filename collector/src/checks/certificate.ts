import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  getCACertificates,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { hangUp, wrap } from './connection.ts'
import { CheckFailure, failureOf, quote } from './outcome.ts'
import type { CheckRun } from './runner.ts'

const dayMs = 24 * 3_600_000
/** Longer chains are no chains. */
const longestChain = 16
/** Expiry is looked at by ourselves, with the certificate's name. */
const aboutTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

const contexts = new WeakMap<object, SecureContext>()

/** The system's authorities are a government's own ones, too. Made once: parsing them takes 100 ms. */
function contextOf({ parts }: CheckRun): SecureContext {
  let context = contexts.get(parts)
  if (!context) {
    const ca = [...getCACertificates('default'), ...getCACertificates('system'), ...(parts.authorities ?? [])]
    contexts.set(parts, (context = createSecureContext({ ca: [...new Set(ca)] })))
  }
  return context
}

/** Goes on in TLS, whatever the certificate: it is looked at afterwards. Rejects with a CheckFailure. */
export async function secure(socket: Socket, serverName: string, run: CheckRun): Promise<TLSSocket> {
  const secured = connect({
    socket,
    ...(isIP(serverName) ? {} : { servername: serverName }),
    secureContext: contextOf(run),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
  wrap(socket, secured, run.signal)
  try {
    await once(secured, 'secureConnect', { signal: run.signal })
    return secured
  } catch (error) {
    hangUp(secured)
    if (run.signal.aborted) throw error
    throw failureOf(error) ?? new CheckFailure('tls-failed', { reason: reasonOf(error) }, { cause: error })
  }
}

const reasonOf = (error: unknown) => {
  const { reason, message } = error as { reason?: string; message: string }
  return quote(reason ?? message)
}

/**
 * Whether the certificate holds: every one of the chain is valid now, it is for this name, and, unless told otherwise, somebody
 * trusted vouches for it. Measures the days until the first of the chain expires. Throws a CheckFailure.
 */
export function examine(socket: TLSSocket, name: string, run: CheckRun, { isTrustAsked = true } = {}): void {
  const chain = measureExpiry(socket, run)
  const nowMs = (run.parts.now ?? Date.now)()
  for (const one of chain) {
    const values = { subject: subjectOf(one), until: one.valid_to }
    if (Date.parse(one.valid_to) <= nowMs) throw new CheckFailure('certificate-expired', values)
    if (Date.parse(one.valid_from) > nowMs) throw new CheckFailure('certificate-not-yet-valid', values)
  }
  const [leaf] = chain
  const misnamed = leaf && checkServerIdentity(name, leaf)
  if (misnamed) throw new CheckFailure('certificate-name', { name, subject: namesOf(leaf) })
  const reason = socket.authorizationError as Error | string | null | undefined
  if (!leaf) throw new CheckFailure('tls-failed', { reason: 'no certificate' })
  if (!isTrustAsked || socket.authorized || !reason) return
  const code =
    typeof reason === 'string' ? reason : ((reason as NodeJS.ErrnoException).code ?? reason.message)
  if (!aboutTime.has(code))
    throw new CheckFailure('certificate-untrusted', { reason: code, subject: subjectOf(leaf) })
}

/** Of the whole chain. */
export function measureExpiry(socket: TLSSocket, run: CheckRun): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = []
  let one: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (one?.valid_to && chain.length < longestChain && !chain.includes(one)) {
    chain.push(one)
    one = one.issuerCertificate
  }
  const untilMs = Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to)))
  const daysLeft = (untilMs - (run.parts.now ?? Date.now)()) / dayMs
  if (Number.isFinite(daysLeft)) run.measure('checkDaysLeft', Math.round(daysLeft * 100) / 100)
  return chain
}

const subjectOf = ({ subject }: DetailedPeerCertificate) => quote(String(subject?.CN ?? subject?.O ?? ''))
const namesOf = (one: DetailedPeerCertificate) => quote(one.subjectaltname ?? subjectOf(one))
