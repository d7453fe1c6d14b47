import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { dial, hangUp, type Place } from './connection.ts'
import { Conversation } from './conversation.ts'
import { askByDatagram } from './datagram.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

const mostHeaders = 200

/** OPTIONS [RFC 3261 §11]: whatever its final answer, 404 and 503 too, somebody is there who speaks SIP. */
export const sipCheck: CheckRunner<'sip'> = async (spec, run) => {
  const startedMs = performance.now()
  const callId = randomBytes(12).toString('hex')
  const status =
    spec.transport === 'udp'
      ? await askByDatagram(spec, {
          timeoutMs: run.timeoutMs,
          signal: run.signal,
          message: (socket) => Buffer.from(options(spec, 'UDP', socket.address(), callId)),
          take: (datagram) => finalStatus(datagram.toString('latin1').split('\r\n'), callId),
        })
      : await byTcp(spec, callId, run.signal)
  run.measure('checkMs', performance.now() - startedMs)
  return { values: { status } }
}

async function byTcp(spec: Place, callId: string, signal: AbortSignal): Promise<number> {
  const socket = await dial(spec, signal)
  try {
    const from = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }
    socket.write(options(spec, 'TCP', from, callId))
    const talk = new Conversation(socket, signal)
    for (;;) {
      const status = finalStatus(await head(talk), callId)
      if (status !== undefined) return status
    }
  } finally {
    hangUp(socket)
  }
}

/** A message up to its body; provisional answers have none. */
async function head(talk: Conversation): Promise<string[]> {
  const lines: string[] = []
  while (lines.length < mostHeaders) {
    const line = await talk.line()
    if (line !== '') lines.push(line)
    else if (lines.length > 0) return lines
  }
  throw new CheckFailure('malformed', { reply: quote(lines[0] ?? '') })
}

/** Undefined for what is not the last word on this call. Throws a CheckFailure for what is no SIP. */
export function finalStatus([first = '', ...headers]: string[], callId: string): number | undefined {
  const status = Number(/^SIP\/2\.0 (\d{3})(?: |$)/.exec(first)?.[1] ?? NaN)
  if (Number.isNaN(status)) throw new CheckFailure('malformed', { reply: quote(first) })
  const isOurs = headers.some((header) => {
    const [, name = '', value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(header) ?? []
    return ['call-id', 'i'].includes(name.toLowerCase()) && value?.trim() === callId
  })
  return isOurs && status >= 200 ? status : undefined
}

function options(
  { host, port }: Place,
  transport: 'UDP' | 'TCP',
  from: { address: string; port: number },
  callId: string,
): string {
  const bracketed = (address: string) => (isIPv6(address) ? `[${address}]` : address)
  const self = `${bracketed(from.address)}:${from.port}`
  const parameter = transport === 'TCP' ? ';transport=tcp' : ''
  return [
    `OPTIONS sip:${bracketed(host)}:${port}${parameter} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${self};branch=z9hG4bK${callId};rport`,
    'Max-Forwards: 70',
    `From: <sip:check@${self}>;tag=${callId.slice(0, 8)}`,
    `To: <sip:${bracketed(host)}:${port}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:check@${self}${parameter}>`,
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
