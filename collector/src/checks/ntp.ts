import { randomBytes } from 'node:crypto'
import { askByDatagram } from './datagram.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

const packetBytes = 48
/** No leap warning, version 4, mode 3: a client [RFC 4330 §4]. */
const clientHead = 0b00_100_011
const serverMode = 4
const notSynchronised = 3
const highestStratum = 15
const at = { stratum: 1, refId: 12, originate: 24, receive: 32, transmit: 40 }

interface Reading {
  offsetMs: number
  roundTripMs: number
  stratum: number
}

/** SNTP [RFC 4330]. `checkOffsetMs`: positive where the server is ahead of this collector. */
export const ntpCheck: CheckRunner<'ntp'> = async (spec, { measure, timeoutMs, signal }) => {
  const sent = new Map<string, { wallMs: number; monotonicMs: number }>()
  const reading = await askByDatagram(spec, {
    timeoutMs,
    signal,
    message: () => {
      const packet = Buffer.alloc(packetBytes)
      packet[0] = clientHead
      // what we send comes back as `originate`: a random number tells nobody our time, and is not guessed
      const nonce = randomBytes(8)
      nonce.copy(packet, at.transmit)
      sent.set(nonce.toString('hex'), { wallMs: Date.now(), monotonicMs: performance.now() })
      return packet
    },
    take: (reply) => {
      const asked = sent.get(reply.toString('hex', at.originate, at.originate + 8))
      return asked && readReply(reply, asked.wallMs, performance.now() - asked.monotonicMs)
    },
  })
  measure('checkMs', reading.roundTripMs)
  measure('checkOffsetMs', Math.round(reading.offsetMs * 100) / 100)
  return { values: { stratum: reading.stratum } }
}

/** The reply to a question sent at `sentMs`, heard `elapsedMs` later. Throws a CheckFailure. */
export function readReply(reply: Buffer, sentMs: number, elapsedMs: number): Reading {
  if (reply.length < packetBytes || (reply[0]! & 0b111) !== serverMode) throw new CheckFailure('malformed')
  const stratum = reply[at.stratum]!
  const reason = quote(reply.toString('latin1', at.refId, at.refId + 4))
  if (stratum === 0 && /^[A-Z]{4}$/.test(reason)) throw new CheckFailure('kiss-of-death', { reason })
  if (reply[0]! >> 6 === notSynchronised || stratum === 0 || stratum > highestStratum)
    throw new CheckFailure('unsynchronised', { stratum })
  if (reply.readBigUInt64BE(at.transmit) === 0n) throw new CheckFailure('malformed')
  const receivedMs = instantAt(reply, at.receive)
  const transmittedMs = instantAt(reply, at.transmit)
  const offsetMs = (receivedMs - sentMs + (transmittedMs - (sentMs + elapsedMs))) / 2
  return { offsetMs, roundTripMs: Math.max(0, elapsedMs - (transmittedMs - receivedMs)), stratum }
}

const secondsTo1970 = 2_208_988_800
const eraSeconds = 2 ** 32

/** UTC epoch ms. Its first bit tells the era: 1968 to 2036, or from 2036 on [RFC 4330 §3]. */
function instantAt(packet: Buffer, offset: number): number {
  const seconds = packet.readUInt32BE(offset)
  const fraction = packet.readUInt32BE(offset + 4) / eraSeconds
  const era = seconds >= eraSeconds / 2 ? 0 : eraSeconds
  return (seconds + era - secondsTo1970 + fraction) * 1000
}
