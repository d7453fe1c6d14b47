import { examine, secure } from './certificate.ts'
import { dial, hangUp } from './connection.ts'
import { Conversation } from './conversation.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'
import { refuseEarly } from './smtp.ts'

const mostLines = 100

/** Greeting, CAPABILITY, STARTTLS where wanted, LOGOUT: all that needs no mailbox [RFC 9051]. */
export const imapCheck: CheckRunner<'imap'> = async (spec, run) => {
  const socket = await dial(spec, run.signal)
  try {
    let talk = new Conversation(socket, run.signal)
    const goSecure = async () => {
      const secured = await secure(socket, spec.host, run)
      examine(secured, spec.host, run)
      talk = new Conversation(secured, run.signal)
    }
    if (spec.security === 'tls') await goSecure()
    const capabilities = await greetImap(talk)
    if (spec.security === 'starttls') {
      await askImapTls(talk, capabilities)
      await goSecure()
      await capability(talk)
    }
    await command(talk, 'LOGOUT')
  } finally {
    hangUp(socket)
  }
}

/** What the server offers. */
export async function greetImap(talk: Conversation): Promise<string[]> {
  const greeting = await talk.line()
  if (/^\* (OK|PREAUTH)\b/i.test(greeting)) return await capability(talk)
  throw new CheckFailure(greeting.startsWith('* BYE') ? 'reply' : 'malformed', { reply: quote(greeting) })
}

export async function askImapTls(talk: Conversation, capabilities: string[]): Promise<void> {
  if (!capabilities.includes('STARTTLS')) throw new CheckFailure('starttls-missing')
  await command(talk, 'STARTTLS')
  refuseEarly(talk)
}

async function capability(talk: Conversation): Promise<string[]> {
  const lines = await command(talk, 'CAPABILITY')
  const words = lines.flatMap((line) =>
    line.toUpperCase().startsWith('* CAPABILITY ') ? line.toUpperCase().split(' ').slice(2) : [],
  )
  if (!words.some((word) => word.startsWith('IMAP4')))
    throw new CheckFailure('malformed', { reply: quote(lines.join(' ')) })
  return words
}

/** The lines before the command's own answer. One tag serves: each command waits for the one before. */
async function command(talk: Conversation, words: string): Promise<string[]> {
  talk.say(`z1 ${words}`)
  const lines: string[] = []
  while (lines.length < mostLines) {
    const line = await talk.line()
    if (/^z1 OK\b/i.test(line)) return lines
    if (line.startsWith('z1 ')) throw new CheckFailure('reply', { reply: quote(line) })
    lines.push(line)
  }
  throw new CheckFailure('malformed', { reply: quote(lines.at(-1) ?? '') })
}
