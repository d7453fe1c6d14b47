/** What a check must be, and the words in which it is refused. */
import type { SnmpCredential, SshCredential } from '@zongheng/collector/contract.ts'
import { checkFacts, type CheckKind, type CheckSpec } from '@zongheng/inventory/check.ts'
import { snmpCredential } from '../estate/snmp-input.ts'
import { conflict, invalid, unprocessable } from '../http/problem.ts'
import type { Check, NewCheck } from './schema.ts'

export const checksAtMost = 5000

export type Secret = { kind: 'snmp' | 'ssh'; secret: SnmpCredential | SshCredential }

/** Where its credential is told to. */
export function reachOf(spec: CheckSpec): string {
  if (spec.kind === 'http') return new URL(spec.url).origin
  return 'host' in spec ? `${spec.host}:${'port' in spec ? spec.port : ''}` : spec.server
}

/** A run ends before the next begins; a limit is on what the kind measures. */
export function mustFit(
  kind: CheckKind,
  { intervalS, timeoutMs, limits }: Pick<Check, 'intervalS' | 'timeoutMs' | 'limits'>,
): void {
  const errors = limits.flatMap(({ metric }, i) =>
    (checkFacts[kind].metrics as string[]).includes(metric)
      ? []
      : [{ path: `/limits/${i}/metric`, code: 'enum', message: `is not measured by ${kind}` }],
  )
  if (timeoutMs > intervalS * 1000)
    errors.push({ path: '/timeoutMs', code: 'maximum', message: 'is longer than the interval' })
  if (errors.length > 0) throw invalid(errors)
}

export function secretFor(kind: CheckKind, { snmp, ssh }: Pick<NewCheck, 'snmp' | 'ssh'>): Secret | null {
  const { credential } = checkFacts[kind]
  if (credential === 'snmp' && snmp) return { kind: 'snmp', secret: snmpCredential(snmp) }
  if (credential !== 'ssh' || !ssh) return null
  if (ssh.password === undefined && ssh.privateKey === undefined)
    throw invalid([
      { path: '/ssh/password', code: 'required', message: 'a password or a private key is required' },
    ])
  return { kind: 'ssh', secret: ssh }
}

export const noCredential = (kind: string) =>
  invalid([{ path: `/${kind}`, code: 'required', message: 'is required for a check of this kind' }])

/** Else whoever may change a check could have its credential told to a machine of their own. */
export const credentialAgain = (kind: string) =>
  unprocessable(
    'credential-again',
    {
      zh: '换目标地址或采集器时请重新填写凭据',
      en: 'Give the credential again with another address or collector',
    },
    [{ path: `/${kind}`, code: 'required', message: 'is required with another address or collector' }],
  )

export const collectorAway = () => unprocessable('collector-away')

export const tooMany = () =>
  conflict('too-many-checks', {
    zh: `最多 ${checksAtMost} 项拨测`,
    en: `There can be ${checksAtMost} checks at most`,
  })
