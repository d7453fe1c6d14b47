import { BerError, BerReader, tag } from '../snmp/ber.ts'
import { readNotification, responseTo, type Notification } from './notification.ts'

/** A notification of SNMPv1 or v2c, and what goes back when it is an inform. */
export interface CommunityNotification {
  notification: Notification
  community: string
  reply: Buffer | null
}

/** 0, 1, 3: SNMPv1, v2c, v3. Throws BerError for what is no SNMP message. */
export function versionOf(datagram: Uint8Array): number {
  return new BerReader(datagram).enter(tag.sequence).integer()
}

/** Throws BerError for anything but a notification of SNMPv1 or v2c. */
export function readCommunityMessage(datagram: Buffer): CommunityNotification {
  const outer = new BerReader(datagram)
  const message = outer.enter(tag.sequence)
  const version = message.integer()
  if (version !== 0 && version !== 1) throw new BerError(`SNMP version ${version}`)
  const community = message.octets().toString('utf8')
  const isV1Trap = message.peek() === tag.trapV1
  if (isV1Trap !== (version === 0)) throw new BerError('a notification of another version')
  const pduTag = message.peek()
  const notification = readNotification(message)
  return { notification, community, reply: pduTag === tag.inform ? answered(datagram) : null }
}

/** The whole message with its PDU's tag changed: lengths stay. */
function answered(datagram: Buffer): Buffer {
  const scan = new BerReader(datagram).enter(tag.sequence)
  scan.integer()
  const community = scan.octets()
  const pduAt = community.byteOffset - datagram.byteOffset + community.length
  return Buffer.concat([datagram.subarray(0, pduAt), responseTo(datagram.subarray(pduAt))])
}
