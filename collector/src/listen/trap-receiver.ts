import type { LogEntry } from '../contract.ts'
import { BerError } from '../snmp/ber.ts'
import { readCommunityMessage, versionOf } from './community-message.ts'
import { meaningOf, type AskedDepth } from './mib/notifications.ts'
import type { Notification } from './notification.ts'
import type { Senders } from './senders.ts'
import { trapEntry } from './trap-entry.ts'
import type { UsmReceiver } from './usm-receiver.ts'

export type TrapOutcome =
  | { kind: 'entry'; entry: LogEntry; poll: AskedDepth | null; reply: Buffer | null }
  | { kind: 'reply'; reply: Buffer }
  | { kind: 'dropped'; reason: 'malformed' | 'unauthentic' }

/** Makes of a datagram what is to be kept, asked and answered. Never throws for anything that may arrive. */
export class TrapReceiver {
  readonly #senders: Senders
  readonly #usm: UsmReceiver

  constructor(senders: Senders, usm: UsmReceiver) {
    this.#senders = senders
    this.#usm = usm
  }

  receive(datagram: Buffer, source: { atMs: number; address: string }): TrapOutcome {
    try {
      return versionOf(datagram) === 3 ? this.#v3(datagram, source) : this.#community(datagram, source)
    } catch (error) {
      if (error instanceof BerError) return { kind: 'dropped', reason: 'malformed' }
      throw error
    }
  }

  /** The community is no proof of anything, and no reason not to listen: it is neither compared nor kept. */
  #community(datagram: Buffer, source: { atMs: number; address: string }): TrapOutcome {
    const { notification, reply } = readCommunityMessage(datagram)
    const { agentAddress } = notification
    const deviceId =
      this.#senders.deviceAt(source.address) ?? (agentAddress ? this.#senders.deviceAt(agentAddress) : null)
    return kept(notification, source, deviceId, reply)
  }

  #v3(datagram: Buffer, source: { atMs: number; address: string }): TrapOutcome {
    const received = this.#usm.receive(datagram)
    if (received.kind === 'report') return { kind: 'reply', reply: received.reply }
    if (received.kind === 'unauthentic') return { kind: 'dropped', reason: 'unauthentic' }
    const { notification, sender, reply } = received
    return kept(notification, source, this.#senders.deviceOf(sender, source.address), reply)
  }
}

function kept(
  notification: Notification,
  source: { atMs: number; address: string },
  deviceId: string | null,
  reply: Buffer | null,
): TrapOutcome {
  const { poll } = meaningOf(notification.trapOid)
  return { kind: 'entry', entry: { ...trapEntry(notification, source), deviceId }, poll, reply }
}
