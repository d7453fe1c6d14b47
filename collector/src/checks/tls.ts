import type { Socket } from 'node:net'
import { examine, secure } from './certificate.ts'
import { dial, hangUp } from './connection.ts'
import { Conversation } from './conversation.ts'
import { askImapTls, greetImap } from './imap.ts'
import type { CheckRunner, SpecOf } from './runner.ts'
import { askSmtpTls, greetSmtp } from './smtp.ts'

type Start = (talk: Conversation) => Promise<void>

/** How plain talk is left [RFC 3207, RFC 9051 §6.2.1]. */
const starts: Record<Exclude<SpecOf<'tls'>['startTls'], 'none'>, Start> = {
  smtp: async (talk) => askSmtpTls(talk, await greetSmtp(talk)),
  imap: async (talk) => askImapTls(talk, await greetImap(talk)),
}

export const tlsCheck: CheckRunner<'tls'> = async (spec, run) => {
  const socket: Socket = await dial(spec, run.signal)
  try {
    if (spec.startTls !== 'none') await starts[spec.startTls](new Conversation(socket, run.signal))
    const name = spec.serverName || spec.host
    const secured = await secure(socket, name, run)
    examine(secured, name, run, { isTrustAsked: spec.verifyChain })
    return { values: { protocol: secured.getProtocol() } }
  } finally {
    hangUp(socket)
  }
}
