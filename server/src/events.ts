import { EventEmitter } from 'node:events'
import type { Job, JobProgress, ReleaseOffer } from '@zongheng/collector/contract.ts'

/**
 * What modules tell one another after it is committed. Listeners read anew what they need: an event carries ids, not rows.
 * Several changes of one transaction arrive together.
 */
export interface Events {
  /** Devices, links, circuits, sites or credentials were added, changed or archived. */
  'estate.changed': [{ deviceIds: string[]; circuitIds: string[]; linkIds: string[] }]
  /** The estate in memory is the changed one. */
  'estate.reloaded': []
  /** A device's poll was committed: its latest values are new. */
  'device.polled': [{ deviceIds: string[]; atMs: number }]
  /** Circuits with new probe readings or rates. */
  'circuit.read': [{ circuitIds: string[] }]
  'state.changed': [
    { entityId: string; entityType: StatefulType; regionId: string; state: string; sinceMs: number }[],
  ]
  /** A maintenance window came to lie over these links, or left them. */
  'maintenance.changed': [{ linkIds: string[] }]
  'alarm.changed': [{ alarmIds: string[] }]
  /** Something for the bell of the console. */
  'notice.arrived': [{ deliveryIds: string[] }]
  /** Traps and syslog of these regions were kept. */
  'log.arrived': [{ regionIds: string[]; count: number }]
  'ticket.changed': [{ ticketIds: string[] }]
  /** Of the hotline: it rings, was answered, is over, or was written down. */
  'call.changed': [{ callIds: string[] }]
  'job.created': [{ job: QueuedJob; collectorId: string }]
  /** The collector is to give it up. */
  'job.cancelled': [{ jobId: string; collectorId: string }]
  'job.progress': [JobProgress]
  'job.changed': [{ jobId: string; state: string }]
  'session.revoked': [{ sessionId: string }]
  /** Its rights are another's than before. */
  'session.changed': [{ sessionId: string }]
  /** What these people may do, or where, is another thing now; null: everyone's. */
  'identity.changed': [{ userIds: readonly string[] | null }]
  'collector.arrived': [{ collectorId: string }]
  /** The key it came with opens nothing any more. */
  'collector.barred': [{ collectorId: string }]
  /** Its line to the server is another: it connects anew, and is told. */
  'collector.line': [{ collectorId: string }]
  /** It is to run another release. */
  'collector.upgrade': [{ collectorId: string; offer: ReleaseOffer }]
  /** Somebody tampered with the audit trail: the first record that is wrong. */
  'audit.broken': [{ seq: number; kind: string; text: string }]
}

export type StatefulType = 'device' | 'site' | 'link' | 'circuit' | 'check' | 'service' | 'room'

/** A job whose credentials are still to be sealed for the collector that takes it. */
export type QueuedJob =
  | (Omit<Extract<Job, { kind: 'identify' }>, 'snmp'> & { snmpCredential: unknown })
  | (Omit<Extract<Job, { kind: 'playbook' }>, 'ssh'> & { sshCredential: unknown })
  | (Omit<Extract<Job, { kind: 'check' }>, 'credential'> & { credential: unknown })
  | (Omit<Extract<Job, { kind: 'sweep' }>, 'credentials'> & { credentials: { id: string; snmp: unknown }[] })
  | Extract<Job, { kind: 'discover' | 'poll' }>

export class EventBus extends EventEmitter<Events> {}
