import { connect } from 'node:net'
import { openSealed, type LegProbe, type SnmpCredential } from '../contract.ts'
import type { Icmp } from '../icmp/icmp.ts'
import { sysUpTime } from '../poll/presence.ts'
import type { SealingKeys } from '../seal.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import { SnmpError, type SnmpErrorCode } from '../snmp/error.ts'
import { openSession } from '../snmp/open.ts'

/** Asks once. `isUrgent`: a verdict waits for it. */
export interface Ping {
  /** The round trip in ms, or null for a loss; rejects when this collector cannot ask in this way. */
  ask: (options?: { isUrgent: boolean }) => Promise<number | null>
  /** Whether the round trip holds none of our own work. */
  isExact: boolean
  close: () => void
}

export interface PingParts {
  /** So long an answer is waited for. */
  timeoutMs?: number
  engine: SnmpEngine
  icmp: Icmp
  keys: SealingKeys
}

/** What is asked. `snmp` for that kind alone. */
export type PingTarget = Pick<LegProbe, 'kind' | 'address' | 'port' | 'snmp'>

export const pingTimeoutMs = 1200

/** A new kind is a new line here. */
const kinds: Record<PingTarget['kind'], (target: PingTarget, parts: PingParts) => Ping> = {
  snmp: snmpPing,
  icmp: icmpPing,
  tcp: tcpPing,
}

export const openPing = (target: PingTarget, parts: PingParts): Ping => kinds[target.kind](target, parts)

/** Whatever it says by these, the far end is there. */
const answers = new Set<SnmpErrorCode>(['authentication', 'refused', 'tooBig'])

function snmpPing(target: PingTarget, { engine, keys, timeoutMs = pingTimeoutMs }: PingParts): Ping {
  if (!target.snmp) throw new Error(`the SNMP probe of ${target.address} has no credential`)
  const credential = openSealed<SnmpCredential>(keys, target.snmp)
  const session = openSession(engine, target, credential, {
    timeoutMs,
    retries: 0,
    urgent: true,
  })
  const ask: Ping['ask'] = async () => {
    const startedAt = performance.now()
    try {
      await session.get([sysUpTime])
      return session.rttMs
    } catch (error) {
      if (!(error instanceof SnmpError) || error.code === 'closed') throw error
      return answers.has(error.code) ? performance.now() - startedAt : null
    }
  }
  return { ask, isExact: false, close: () => session.close() }
}

function icmpPing({ address }: PingTarget, { icmp }: PingParts): Ping {
  return { ask: (options) => icmp.echo(address, options), isExact: true, close: () => {} }
}

/** An answer is a connection, or its refusal: both take a round trip. */
function tcpPing({ address, port }: PingTarget, { timeoutMs = pingTimeoutMs }: PingParts): Ping {
  const ask: Ping['ask'] = () =>
    new Promise((resolve) => {
      const startedAt = performance.now()
      const socket = connect({ host: address, port, timeout: timeoutMs })
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
  return { ask, isExact: false, close: () => {} }
}
