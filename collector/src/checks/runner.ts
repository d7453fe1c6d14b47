import type { CheckKind, CheckMetric, CheckSpec } from '@zongheng/inventory/check.ts'
import type { KnownHosts } from '@zongheng/playbooks/known-hosts.ts'
import type { Icmp } from '../icmp/icmp.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import type { CheckValues } from './outcome.ts'

/** What runners ask with. */
export interface CheckParts {
  engine: SnmpEngine
  icmp: Icmp
  hosts: KnownHosts
  /** Authorities that are trusted besides the usual ones, PEM. */
  authorities?: string[]
  now?: () => number
}

/** What a check remembers from run to run. */
export interface CheckMemory {
  bodyHash?: string
}

export interface CheckRun {
  parts: CheckParts
  /** SnmpCredential or SshCredential; null without one. */
  credential: unknown
  memory: CheckMemory
  timeoutMs: number
  /** Aborted when the time is over: whatever is open is to be closed then. */
  signal: AbortSignal
  /** Keeps a figure, whatever comes after it. */
  measure: (metric: CheckMetric, value: number) => void
}

export type SpecOf<K extends CheckKind> = Extract<CheckSpec, { kind: K }>

/** Resolves with what is worth telling of a check that is well, and a code if that is not `ok`; rejects with a CheckFailure. */
export type CheckRunner<K extends CheckKind> = (
  spec: SpecOf<K>,
  run: CheckRun,
) => Promise<{ code?: 'body-changed'; values?: CheckValues } | void>
