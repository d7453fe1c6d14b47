import { isIPv6 } from 'node:net'
import { examine, secure } from './certificate.ts'
import { dial, hangUp } from './connection.ts'
import { Conversation } from './conversation.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

/** Lines of one reply; a server with more to say is none. */
const mostLines = 100

/** Greeting, EHLO, STARTTLS where wanted, QUIT: as far as a client goes before it has a message [RFC 5321, RFC 3207]. */
export const smtpCheck: CheckRunner<'smtp'> = async (spec, run) => {
  const socket = await dial(spec, run.signal)
  try {
    let talk = new Conversation(socket, run.signal)
    const goSecure = async () => {
      const secured = await secure(socket, spec.host, run)
      examine(secured, spec.host, run)
      talk = new Conversation(secured, run.signal)
    }
    if (spec.security === 'tls') await goSecure()
    const features = await greetSmtp(talk)
    if (spec.security === 'starttls') {
      await askSmtpTls(talk, features)
      await goSecure()
      await ehlo(talk)
    }
    await ask(talk, 'QUIT', 221)
  } finally {
    hangUp(socket)
  }
}

/** What the server offers. */
export async function greetSmtp(talk: Conversation): Promise<string[]> {
  await reply(talk, 220)
  return await ehlo(talk)
}

export async function askSmtpTls(talk: Conversation, features: string[]): Promise<void> {
  if (!features.includes('STARTTLS')) throw new CheckFailure('starttls-missing')
  await ask(talk, 'STARTTLS', 220)
  refuseEarly(talk)
}

/** What was said before TLS and is heard within it is somebody else's. */
export function refuseEarly(talk: Conversation): void {
  if (talk.pending.length > 0) throw new CheckFailure('malformed', { reply: talk.heard() })
}

async function ehlo(talk: Conversation): Promise<string[]> {
  const address = talk.socket.localAddress ?? '127.0.0.1'
  const lines = await ask(talk, `EHLO [${isIPv6(address) ? `IPv6:${address}` : address}]`, 250)
  return lines.slice(1).map((line) => line.split(' ')[0]!.toUpperCase())
}

function ask(talk: Conversation, command: string, expected: number): Promise<string[]> {
  talk.say(command)
  return reply(talk, expected)
}

/** The texts of a reply's lines: `250-one`, `250 last` [RFC 5321 §4.2.1]. */
async function reply(talk: Conversation, expected: number): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < mostLines) {
    const line = await talk.line()
    const [, code, mark, text] = /^(\d{3})([ -]|$)(.*)$/.exec(line) ?? []
    if (!code) throw new CheckFailure('malformed', { reply: quote(line) })
    if (Number(code) !== expected) throw new CheckFailure('reply', { reply: quote(line), expected })
    texts.push(text ?? '')
    if (mark !== '-') return texts
  }
  throw new CheckFailure('malformed', { reply: quote(texts.at(-1) ?? '') })
}
