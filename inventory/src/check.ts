/**
 * Checks 拨测: what a collector tries on a service as its users would, and when that is not good enough. Kinds are data: what each
 * asks for, what it measures, which limits make sense. Pure.
 */
import type { MetricName } from './metric.ts'

export const checkKinds = [
  'icmp',
  'tcp',
  'http',
  'tls',
  'dns',
  'smtp',
  'imap',
  'ntp',
  'sip',
  'snmp',
  'backup',
] as const
export type CheckKind = (typeof checkKinds)[number]

export const mailSecurities = ['none', 'starttls', 'tls'] as const
export type MailSecurity = (typeof mailSecurities)[number]
export const dnsTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const
export type DnsType = (typeof dnsTypes)[number]

/** `host`: name or address. Texts to be found are compared as they are, without patterns. */
export type CheckSpec =
  | { kind: 'icmp'; host: string; count: number }
  /** `expect`: what the server says first must hold this; empty: a connection is enough. */
  | { kind: 'tcp'; host: string; port: number; expect: string }
  | {
      kind: 'http'
      url: string
      method: 'GET' | 'HEAD'
      /** Accepted status codes; empty: 200 to 299. */
      status: number[]
      /** The text must hold this; empty: anything. */
      contains: string
      /** The text must not hold this; empty: anything. */
      lacks: string
      redirects: number
      /** A certificate that does not hold is a failure. */
      verifyTls: boolean
      /** A body that is another than before is told. */
      watchBody: boolean
    }
  | {
      kind: 'tls'
      host: string
      port: number
      serverName: string
      startTls: 'none' | 'smtp' | 'imap'
      verifyChain: boolean
    }
  /** `server` empty: the collector's own resolver. `expect`: answers that must be among those given; empty: any answer. */
  | { kind: 'dns'; server: string; port: number; name: string; type: DnsType; expect: string[] }
  | { kind: 'smtp'; host: string; port: number; security: MailSecurity }
  | { kind: 'imap'; host: string; port: number; security: MailSecurity }
  | { kind: 'ntp'; host: string; port: number }
  | { kind: 'sip'; host: string; port: number; transport: 'udp' | 'tcp' }
  | { kind: 'snmp'; host: string; port: number; oid: string }
  /** The newest file in `folder` whose name matches `pattern` (`*` and `?`), seen over SSH. `leastBytes`: smaller ones do not count. */
  | { kind: 'backup'; host: string; port: number; folder: string; pattern: string; leastBytes: number }

/** Above or below which a measured value is a warning, or critical. Null: no such limit. */
export interface CheckLimit {
  metric: CheckMetric
  warning: number | null
  critical: number | null
}

export type CheckMetric = Extract<MetricName, `check${string}`>

/** Of these less is worse; of all others more is. */
const lessIsWorse: ReadonlySet<CheckMetric> = new Set(['checkDaysLeft'])

interface KindFacts {
  /** What it measures beside checkOk. */
  metrics: CheckMetric[]
  /** Limits a new check begins with. */
  limits: CheckLimit[]
  credential: 'none' | 'snmp' | 'ssh'
  intervalS: number
  timeoutMs: number
}

const slow = (warning: number, critical: number): CheckLimit => ({ metric: 'checkMs', warning, critical })
const usual = { credential: 'none', intervalS: 60, timeoutMs: 10_000 } as const
const expiry: CheckLimit = { metric: 'checkDaysLeft', warning: 30, critical: 7 }

export const checkFacts: Record<CheckKind, KindFacts> = {
  icmp: { ...usual, metrics: ['checkMs'], limits: [slow(200, 1000)] },
  tcp: { ...usual, metrics: ['checkMs'], limits: [slow(500, 3000)] },
  http: {
    ...usual,
    metrics: [
      'checkMs',
      'checkDnsMs',
      'checkConnectMs',
      'checkTlsMs',
      'checkFirstByteMs',
      'checkBytes',
      'checkDaysLeft',
    ],
    limits: [slow(2000, 8000), expiry],
  },
  tls: { ...usual, metrics: ['checkMs', 'checkDaysLeft'], limits: [expiry], intervalS: 3600 },
  dns: { ...usual, metrics: ['checkMs'], limits: [slow(500, 3000)] },
  smtp: { ...usual, metrics: ['checkMs', 'checkDaysLeft'], limits: [slow(2000, 8000), expiry] },
  imap: { ...usual, metrics: ['checkMs', 'checkDaysLeft'], limits: [slow(2000, 8000), expiry] },
  ntp: {
    ...usual,
    metrics: ['checkMs', 'checkOffsetMs'],
    limits: [{ metric: 'checkOffsetMs', warning: 500, critical: 5000 }],
    intervalS: 300,
  },
  sip: { ...usual, metrics: ['checkMs'], limits: [slow(1000, 4000)] },
  snmp: { ...usual, metrics: ['checkMs', 'checkValue'], limits: [], credential: 'snmp' },
  backup: {
    ...usual,
    metrics: ['checkMs', 'checkAgeS', 'checkBytes'],
    limits: [{ metric: 'checkAgeS', warning: 26 * 3600, critical: 50 * 3600 }],
    credential: 'ssh',
    intervalS: 1800,
    timeoutMs: 30_000,
  },
}

const connecting = ['timeout', 'name-not-found', 'refused', 'unreachable', 'closed'] as const
const tls = [
  'tls-failed',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-name',
  'certificate-untrusted',
] as const
const talking = [...connecting, 'malformed', 'reply'] as const
/** Of every kind. `credential`: what it needs to sign in is missing or cannot be opened. `failed`: a fault of ours; `text` says which. */
const general = ['ok', 'credential', 'failed'] as const

/**
 * What a check may say, by kind; the words are the console's. Beside them come, where known: `text`, `host`, `port`, `reply`, `status`,
 * `location`, `subject`, `name`, `reason`, `daysLeft`, `found`, `expected`, `sent`, `lost`, `stratum`, `file`, `before`, `after`.
 */
export const checkCodes = {
  /** `not-possible`: the collector may not send ICMP. */
  icmp: [...general, 'timeout', 'name-not-found', 'unreachable', 'not-possible'],
  tcp: [...general, ...connecting, 'text-missing'],
  /** `body-changed` is no failure: it is told once, with both hashes. */
  http: [
    ...general,
    ...connecting,
    ...tls,
    'malformed',
    'status',
    'text-missing',
    'text-present',
    'too-large',
    'redirects',
    'redirect-forbidden',
    'body-changed',
  ],
  tls: [...general, ...talking, ...tls, 'starttls-missing'],
  /** `name-not-found`: the server says that there is no such name; `no-data`: none of this type. */
  dns: [
    ...general,
    'timeout',
    'name-not-found',
    'no-data',
    'server-failed',
    'refused',
    'malformed',
    'unreachable',
    'answer-missing',
  ],
  smtp: [...general, ...talking, ...tls, 'starttls-missing'],
  imap: [...general, ...talking, ...tls, 'starttls-missing'],
  /** `kiss-of-death` [RFC 4330 §8]: the server sends us away. */
  ntp: [
    ...general,
    'timeout',
    'name-not-found',
    'refused',
    'unreachable',
    'malformed',
    'kiss-of-death',
    'unsynchronised',
  ],
  sip: [...general, ...connecting, 'malformed'],
  snmp: [...general, 'timeout', 'name-not-found', 'unreachable', 'authentication', 'refused', 'malformed', 'no-object', 'no-number'], // prettier-ignore
  backup: [
    ...general,
    ...connecting,
    'authentication',
    'host-key',
    'folder-missing',
    'forbidden',
    'no-file',
    'malformed',
  ],
} as const satisfies Record<CheckKind, readonly string[]>

/** By these a check says that it could not be tried: nothing follows about the service, and no samples are told. */
export const unjudgedCodes: ReadonlySet<string> = new Set<CheckCode>(['credential', 'failed', 'not-possible'])

export type CheckCode<K extends CheckKind = CheckKind> = (typeof checkCodes)[K][number]

export type CheckState = 'up' | 'degraded' | 'down'

export interface CheckVerdict {
  state: CheckState
  /** The limit that decided; null when the check itself failed, or all is well. */
  limit: CheckLimit | null
}

/** What one run means: a check that failed is down, as is one beyond a critical limit; beyond a warning it is degraded. */
export function judgeCheck(
  ok: boolean,
  values: Partial<Record<CheckMetric, number>>,
  limits: CheckLimit[],
): CheckVerdict {
  if (!ok) return { state: 'down', limit: null }
  const beyond = (level: 'warning' | 'critical') =>
    limits.find(({ metric, [level]: bound }) => {
      const value = values[metric]
      if (value === undefined || bound === null) return false
      const distance = metric === 'checkOffsetMs' ? Math.abs(value) : value
      return lessIsWorse.has(metric) ? distance < bound : distance > bound
    })
  const critical = beyond('critical')
  if (critical) return { state: 'down', limit: critical }
  const warning = beyond('warning')
  return warning ? { state: 'degraded', limit: warning } : { state: 'up', limit: null }
}
