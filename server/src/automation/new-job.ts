import type { SnmpCredential, SshCredential, SweepScope } from '@zongheng/collector/contract.ts'
import type { CheckSpec } from '@zongheng/inventory/check.ts'
import type { QueuedJob } from '../events.ts'

/** A job as it is asked for. Secrets stay in memory until the collector has it; the database never sees them. */
export type NewJob = Asked &
  (
    | { kind: 'discover' | 'poll'; deviceId: string }
    | { kind: 'identify'; address: string; port: number; snmp: SnmpCredential }
    | { kind: 'sweep'; scope: SweepScope; credentials: { id: string; snmp: SnmpCredential }[] }
    | {
        kind: 'check'
        checkId: string | null
        spec: CheckSpec
        credential: SnmpCredential | SshCredential | null
        timeoutMs: number
      }
    | {
        kind: 'playbook'
        deviceId: string
        address: string
        port: number
        ssh: SshCredential
        playbook: string
        platform: string
        inputs: Record<string, string>
      }
  )

interface Asked {
  collectorId: string
  /** What it is about, for the audit trail. */
  about: JobSubject
  /** A user; null: the system. */
  startedBy: string | null
  alarmId?: string | null
  ticketId?: string | null
}

export interface JobSubject {
  /** The device's, or its address where it is no device yet. */
  name: string
  regionId: string
}

/** The job as the uplink takes it, its credentials still to be sealed. */
export function queuedJob(id: string, job: NewJob): QueuedJob {
  switch (job.kind) {
    case 'identify':
      return { id, kind: job.kind, address: job.address, port: job.port, snmpCredential: job.snmp }
    case 'sweep':
      return { id, kind: job.kind, credentials: job.credentials, ...job.scope }
    case 'check': {
      const { kind, checkId, spec, credential, timeoutMs } = job
      return { id, kind, checkId, spec, credential, timeoutMs }
    }
    case 'playbook': {
      const { kind, deviceId, address, port, playbook, platform, inputs } = job
      return { id, kind, deviceId, address, port, playbook, platform, inputs, sshCredential: job.ssh }
    }
    default:
      return { id, kind: job.kind, deviceId: job.deviceId }
  }
}

/** The device it is done on; null for what is no device, or none yet. */
export const deviceOf = (job: NewJob): string | null => ('deviceId' in job ? job.deviceId : null)

/** What of it is kept. */
export function paramsOf(job: NewJob): Record<string, unknown> {
  const { about } = job
  if (job.kind === 'identify') return { about, address: job.address, port: job.port }
  if (job.kind === 'sweep') return { about, scope: job.scope }
  if (job.kind === 'check') return { about, checkId: job.checkId, spec: job.spec }
  if (job.kind !== 'playbook') return { about }
  const { address, port, platform, inputs } = job
  return { about, address, port, platform, inputs }
}
