import { BerError, BerReader, tag } from '../ber.ts'
import { SnmpError, type SnmpErrorCode } from '../error.ts'

/** The counter that a report names is why a message was refused. */
export interface Refusal {
  name: string
  code: SnmpErrorCode
  /** What an operator can do about it. */
  meaning: string
}

const refusals: Record<string, Refusal> = {
  // SNMP-USER-BASED-SM-MIB, usmStats [RFC 3414 §5]
  '1.3.6.1.6.3.15.1.1.1.0': {
    name: 'usmStatsUnsupportedSecLevels',
    code: 'authentication',
    meaning: 'this user is not set up there for this level: it may lack a privacy protocol',
  },
  '1.3.6.1.6.3.15.1.1.2.0': {
    name: 'usmStatsNotInTimeWindows',
    code: 'authentication',
    meaning: 'its clock does not agree with what it says of it',
  },
  '1.3.6.1.6.3.15.1.1.3.0': {
    name: 'usmStatsUnknownUserNames',
    code: 'authentication',
    meaning: 'there is no such user',
  },
  '1.3.6.1.6.3.15.1.1.4.0': {
    name: 'usmStatsUnknownEngineIDs',
    code: 'authentication',
    meaning: 'it keeps changing its engine id',
  },
  '1.3.6.1.6.3.15.1.1.5.0': {
    name: 'usmStatsWrongDigests',
    code: 'authentication',
    meaning: 'the authentication password or its protocol is another',
  },
  '1.3.6.1.6.3.15.1.1.6.0': {
    name: 'usmStatsDecryptionErrors',
    code: 'authentication',
    meaning: 'the privacy password, its protocol or the extension of its key is another',
  },
  // SNMP-MPD-MIB [RFC 3412 §5], SNMP-TARGET-MIB [RFC 3413 §4.1.2]
  '1.3.6.1.6.3.11.2.1.1.0': {
    name: 'snmpUnknownSecurityModels',
    code: 'refused',
    meaning: 'it knows no user-based security',
  },
  '1.3.6.1.6.3.11.2.1.2.0': {
    name: 'snmpInvalidMsgs',
    code: 'refused',
    meaning: 'it takes our message for malformed',
  },
  '1.3.6.1.6.3.11.2.1.3.0': {
    name: 'snmpUnknownPDUHandlers',
    code: 'refused',
    meaning: 'it has nobody to answer this request',
  },
  '1.3.6.1.6.3.12.1.4.0': {
    name: 'snmpUnavailableContexts',
    code: 'refused',
    meaning: 'the context that was asked is not available',
  },
  '1.3.6.1.6.3.12.1.5.0': {
    name: 'snmpUnknownContexts',
    code: 'refused',
    meaning: 'it knows no context of this name',
  },
}

/** Of the report PDU that begins at `start`. Throws BerError. */
export function readRefusal(octets: Uint8Array, start: number, end: number): Refusal {
  const pdu = new BerReader(octets, start, end).enter(tag.report)
  for (const _ of ['request-id', 'error-status', 'error-index']) pdu.integer()
  const list = pdu.enter(tag.sequence)
  if (list.atEnd) throw new BerError('a report of nothing')
  const oid = list.enter(tag.sequence).oid()
  return refusals[oid] ?? { name: oid, code: 'refused', meaning: 'its reason is not known here' }
}

export function refusalError(device: string, user: string, { name, code, meaning }: Refusal): SnmpError {
  return new SnmpError(code, `${device} refused user ${user}: ${meaning} (${name})`)
}
