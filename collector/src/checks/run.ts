import type { CheckKind, CheckSpec } from '@zongheng/inventory/check.ts'
import { backupCheck } from './backup.ts'
import { dnsCheck } from './dns.ts'
import { httpCheck } from './http.ts'
import { icmpCheck } from './icmp.ts'
import { imapCheck } from './imap.ts'
import { ntpCheck } from './ntp.ts'
import { CheckFailure, failureOf, quote, type CheckMetrics, type CheckResult } from './outcome.ts'
import type { CheckMemory, CheckParts, CheckRun, CheckRunner } from './runner.ts'
import { sipCheck } from './sip.ts'
import { smtpCheck } from './smtp.ts'
import { snmpCheck } from './snmp.ts'
import { tcpCheck } from './tcp.ts'
import { tlsCheck } from './tls.ts'

/** A new kind is a new file and a line here. */
const runners: { [K in CheckKind]: CheckRunner<K> } = {
  icmp: icmpCheck,
  tcp: tcpCheck,
  http: httpCheck,
  tls: tlsCheck,
  dns: dnsCheck,
  smtp: smtpCheck,
  imap: imapCheck,
  ntp: ntpCheck,
  sip: sipCheck,
  snmp: snmpCheck,
  backup: backupCheck,
}

export interface CheckTask {
  spec: CheckSpec
  /** SnmpCredential or SshCredential; null without one. */
  credential: unknown
  timeoutMs: number
  memory?: CheckMemory
  /** Stops it before its time is over. */
  signal?: AbortSignal
}

/** Runs a check once. It is over when its time is, whatever it does; it never rejects. */
export async function runCheck(task: CheckTask, parts: CheckParts): Promise<CheckResult> {
  const { spec, credential, timeoutMs, memory = {} } = task
  const end = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const stop = () => {
    const late = new CheckFailure('timeout')
    reject(late)
    end.abort(late)
  }
  const timer = setTimeout(stop, timeoutMs)
  task.signal?.addEventListener('abort', stop, { once: true })
  const metrics: CheckMetrics = {}
  const startedMs = performance.now()
  const run: CheckRun = {
    parts,
    credential,
    memory,
    timeoutMs,
    signal: end.signal,
    measure: (metric, value) => (metrics[metric] = value),
  }
  try {
    if (task.signal?.aborted) stop()
    const runner = runners[spec.kind] as CheckRunner<CheckKind> | undefined
    if (!runner) throw new CheckFailure('failed', { text: `this collector has no check ${spec.kind}` })
    const { code = 'ok', values = {} } = (await Promise.race([runner(spec as never, run), ended])) ?? {}
    metrics.checkMs ??= performance.now() - startedMs
    return { ok: true, code, values, metrics }
  } catch (error) {
    const { code, values } = failureOf(error) ?? unexpected(error)
    return { ok: false, code, values, metrics }
  } finally {
    clearTimeout(timer)
    task.signal?.removeEventListener('abort', stop)
    end.abort(new CheckFailure('timeout')) // whatever it left open
  }
}

const unexpected = (error: unknown) => new CheckFailure('failed', { text: quote((error as Error).message) })
