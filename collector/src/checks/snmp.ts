import { isIP } from 'node:net'
import type { CheckCode } from '@zongheng/inventory/check.ts'
import type { SnmpCredential } from '../contract.ts'
import { SnmpError, type SnmpErrorCode } from '../snmp/error.ts'
import { openSession } from '../snmp/open.ts'
import type { SnmpValue } from '../snmp/value.ts'
import { addressOf } from './icmp.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

const retries = 2

const codes: Record<SnmpErrorCode, CheckCode<'snmp'>> = {
  timeout: 'timeout',
  authentication: 'authentication',
  unreachable: 'unreachable',
  malformed: 'malformed',
  refused: 'refused',
  tooBig: 'malformed',
  nonIncreasing: 'malformed',
  tooManyRows: 'malformed',
  tooLong: 'malformed',
  closed: 'timeout',
}

/** Reads one object. What is told as text is a number where it is written as one. */
export const snmpCheck: CheckRunner<'snmp'> = async (
  spec,
  { parts, credential, timeoutMs, signal, measure },
) => {
  if (!credential) throw new CheckFailure('credential')
  const address = isIP(spec.host) ? spec.host : await addressOf(spec.host)
  signal.throwIfAborted()
  const patience = { timeoutMs: Math.floor(timeoutMs / (retries + 1)), retries }
  const session = openSession(
    parts.engine,
    { address, port: spec.port },
    credential as SnmpCredential,
    patience,
  )
  const close = () => session.close()
  signal.addEventListener('abort', close, { once: true })
  try {
    const oid = spec.oid.replace(/^\./, '')
    const startedMs = performance.now()
    const read = (await session.get([oid])).get(oid)
    measure('checkMs', session.rttMs ?? performance.now() - startedMs)
    if (!read) throw new CheckFailure('no-object', { name: oid })
    const value = numberIn(read)
    if (value === null) throw new CheckFailure('no-number', { name: oid, found: quote(String(read.value)) })
    measure('checkValue', value)
    return { values: { found: value } }
  } catch (error) {
    if (!(error instanceof SnmpError)) throw error
    throw new CheckFailure(codes[error.code], {}, { cause: error })
  } finally {
    signal.removeEventListener('abort', close)
    session.close()
  }
}

function numberIn({ value }: SnmpValue): number | null {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  const text = Buffer.isBuffer(value) && value.length <= 40 ? value.toString('latin1').trim() : ''
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : null
}
