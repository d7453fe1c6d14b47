import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { openSealed, type LegProbe, type SnmpCredential } from '../contract.ts'
import { sysUpTime } from '../poll/plan.ts'
import type { SealingKeys } from '../seal.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import { SnmpError, type SnmpErrorCode } from '../snmp/error.ts'
import { openSession } from '../snmp/open.ts'

/** Asks once. The round trip in ms, or null for a loss; throws when this collector cannot ask in this way. */
export type Ping = () => Promise<number | null>

export interface PingParts {
  engine: SnmpEngine
  keys: SealingKeys
}

export const pingTimeoutMs = 1200

/** A new kind is a new line here. */
const kinds: Record<
  LegProbe['kind'],
  (probe: LegProbe, parts: PingParts) => { ping: Ping; close?: () => void }
> = {
  snmp: snmpPing,
  icmp: icmpPing,
  tcp: tcpPing,
}

export const openPing = (probe: LegProbe, parts: PingParts) => kinds[probe.kind](probe, parts)

/** Whatever it says by these, the far end is there. */
const answers = new Set<SnmpErrorCode>(['authentication', 'refused', 'tooBig'])

function snmpPing(probe: LegProbe, { engine, keys }: PingParts) {
  if (!probe.snmp) throw new Error(`the SNMP probe of ${probe.address} has no credential`)
  const credential = openSealed<SnmpCredential>(keys, probe.snmp)
  const session = openSession(engine, probe, credential, {
    timeoutMs: pingTimeoutMs,
    retries: 0,
    urgent: true,
  })
  const ping: Ping = async () => {
    const startedAt = performance.now()
    try {
      await session.get([sysUpTime])
      return session.rttMs
    } catch (error) {
      if (!(error instanceof SnmpError) || error.code === 'closed') throw error
      return answers.has(error.code) ? performance.now() - startedAt : null
    }
  }
  return { ping, close: () => session.close() }
}

const run = promisify(execFile)

function icmpPing({ address }: LegProbe) {
  const ping: Ping = async () => {
    try {
      const { stderr } = await run('fping', ['-q', '-C1', `-t${pingTimeoutMs}`, '--', address], {
        timeout: pingTimeoutMs * 3,
      })
      return Number(stderr.split(':').at(-1))
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code === 1) return null // fping's exit status for "some were unreachable"
      const reason = code === 'ENOENT' ? 'fping is not installed here' : (error as Error).message
      throw new Error(`ICMP probe of ${address}: ${reason}`, { cause: error })
    }
  }
  return { ping }
}

/** An answer is a connection, or its refusal: both take a round trip. */
function tcpPing({ address, port }: LegProbe) {
  const ping: Ping = () =>
    new Promise((resolve) => {
      const startedAt = performance.now()
      const socket = connect({ host: address, port, timeout: pingTimeoutMs })
      const end = (rttMs: number | null) => {
        socket.destroy()
        resolve(rttMs)
      }
      socket.once('connect', () => end(performance.now() - startedAt))
      socket.once('timeout', () => end(null))
      socket.once('error', (error: NodeJS.ErrnoException) =>
        end(error.code === 'ECONNREFUSED' ? performance.now() - startedAt : null),
      )
    })
  return { ping }
}
