import type { BerReader } from '../snmp/ber.ts'
import { BerError, tag } from '../snmp/ber.ts'
import { readValue, type SnmpException, type SnmpValue, type VarBind } from '../snmp/value.ts'

/** What an agent told unasked, in the form of SNMPv2 whatever it came as [RFC 3416 §4.2.6, RFC 3584 §3.1]. */
export interface Notification {
  kind: 'trap' | 'inform'
  requestId: number
  /** snmpTrapOID.0 */
  trapOid: string
  /** sysUpTime.0, hundredths of a second; null when it is not told. */
  uptimeTicks: number | null
  /** snmpTrapAddress.0: who it is about, when that is not who sent it. */
  agentAddress: string | null
  /** Without the above. */
  varBinds: VarBind<SnmpValue | SnmpException>[]
}

/** What one of them holds is told in a line: more of it is nobody's trap. */
const maxVarBinds = 256
const sysUpTime = '1.3.6.1.2.1.1.3.0'
const snmpTrapOid = '1.3.6.1.6.3.1.1.4.1.0'
const snmpTrapAddress = '1.3.6.1.6.3.18.1.3.0'
/** snmpTraps: the generic ones of SNMPv1 begin here with 1. */
const snmpTraps = '1.3.6.1.6.3.1.1.5'
const enterpriseSpecific = 6

/** Reads the PDU that comes next. Throws BerError for all but traps and informs. */
export function readNotification(reader: BerReader): Notification {
  const pduTag = reader.peek()
  if (pduTag === tag.trapV1) return readV1(reader.enter(pduTag))
  if (pduTag === tag.trapV2 || pduTag === tag.inform)
    return readV2(pduTag === tag.inform ? 'inform' : 'trap', reader.enter(pduTag))
  throw new BerError(`PDU of tag 0x${pduTag.toString(16)} where a notification is due`)
}

function readV1(pdu: BerReader): Notification {
  const enterprise = pdu.oid()
  const agent = pdu.ip()
  const generic = pdu.integer()
  const specific = pdu.integer()
  if (generic < 0 || generic > enterpriseSpecific) throw new BerError(`generic trap ${generic}`)
  if (specific < 0 || specific > 0x7fff_ffff) throw new BerError(`specific trap ${specific}`)
  return {
    kind: 'trap',
    requestId: 0,
    trapOid: generic === enterpriseSpecific ? `${enterprise}.0.${specific}` : `${snmpTraps}.${generic + 1}`,
    uptimeTicks: pdu.unsigned32(tag.timeticks),
    agentAddress: agent === '0.0.0.0' ? null : agent,
    varBinds: readVarBinds(pdu.enter(tag.sequence)),
  }
}

function readV2(kind: Notification['kind'], pdu: BerReader): Notification {
  const requestId = pdu.integer()
  pdu.integer()
  pdu.integer()
  const all = readVarBinds(pdu.enter(tag.sequence))
  const valueOf = (oid: string, type: SnmpValue['type']) => {
    const found = all.find((varBind) => varBind.oid === oid)?.value
    return found?.type === type ? found.value : null
  }
  const trapOid = valueOf(snmpTrapOid, 'oid')
  if (typeof trapOid !== 'string') throw new BerError('a notification without snmpTrapOID')
  const own = new Set([sysUpTime, snmpTrapOid, snmpTrapAddress])
  return {
    kind,
    requestId,
    trapOid,
    uptimeTicks: valueOf(sysUpTime, 'timeticks') as number | null,
    agentAddress: valueOf(snmpTrapAddress, 'ip') as string | null,
    varBinds: all.filter(({ oid }) => !own.has(oid)),
  }
}

function readVarBinds(list: BerReader): Notification['varBinds'] {
  const varBinds: Notification['varBinds'] = []
  while (!list.atEnd) {
    if (varBinds.length >= maxVarBinds) throw new BerError('too many variable bindings')
    const pair = list.enter(tag.sequence)
    varBinds.push({ oid: pair.oid(), value: readValue(pair) })
  }
  return varBinds
}

/**
 * The PDU that answers an inform: the same but for its tag [RFC 3416 §4.2.7]. `pdu` is the inform's whole element; error-status and
 * error-index come as zeroes from any sane sender, and go back as they came.
 */
export function responseTo(pdu: Uint8Array): Buffer {
  const response = Buffer.from(pdu)
  response[0] = tag.response
  return response
}
