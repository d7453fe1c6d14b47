import { BerError, BerReader, BerWriter, tag } from './ber.ts'
import { SnmpError } from './error.ts'
import { readValue, writeValue, type SnmpException, type SnmpValue, type VarBind } from './value.ts'

/** PDUs of SNMPv1 and v2c that a manager and an agent exchange [RFC 3416 §3; RFC 1157 §4]. */
export const pduTags = {
  get: tag.get,
  getNext: tag.getNext,
  response: tag.response,
  set: tag.set,
  getBulk: tag.getBulk,
} as const
export type PduType = keyof typeof pduTags

const pduTypes = new Map<number, PduType>(
  Object.entries(pduTags).map(([type, number]) => [number, type as PduType]),
)

/** error-status [RFC 3416 §3]; those a reader meets. */
export const errorStatus = {
  noError: 0,
  tooBig: 1,
  noSuchName: 2,
  genErr: 5,
  authorizationError: 16,
} as const

const statusNames: Record<number, string> = Object.fromEntries(
  Object.entries(errorStatus).map(([name, code]) => [code, name]),
)

/** Why a device would not answer a request for so many objects, as an error. */
export function refusal(status: number, objects: string): SnmpError {
  if (status === errorStatus.authorizationError)
    return new SnmpError('authentication', `the device refuses access to ${objects}`)
  return new SnmpError(
    'refused',
    `the device answers ${statusNames[status] ?? `error ${status}`} to ${objects}`,
  )
}

/** In a GETBULK, `errorStatus` is non-repeaters and `errorIndex` max-repetitions. */
export interface Message {
  version: '1' | '2c'
  community: string
  type: PduType
  requestId: number
  errorStatus: number
  errorIndex: number
  varBinds: VarBind<SnmpValue | SnmpException>[]
}

/** No reply over UDP can hold more. */
const maxVarBinds = 16_384

export function encodeMessage(message: Message, writer = new BerWriter()): Buffer {
  writer.sequence(tag.sequence, () => {
    writer.integer(message.version === '1' ? 0 : 1)
    writer.octets(Buffer.from(message.community, 'utf8'))
    writer.sequence(pduTags[message.type], () => {
      writer.integer(message.requestId)
      writer.integer(message.errorStatus)
      writer.integer(message.errorIndex)
      writeVarBinds(writer, message.varBinds)
    })
  })
  return writer.take()
}

/** The list of variable bindings alone. */
export function encodeVarBinds(varBinds: Message['varBinds']): Buffer {
  const writer = new BerWriter()
  writeVarBinds(writer, varBinds)
  return writer.take()
}

/** Throws BerError for anything that is not a v1 or v2c message of these PDUs. */
export function decodeMessage(octets: Uint8Array): Message {
  const outer = new BerReader(octets).enter(tag.sequence)
  const version = outer.integer()
  if (version !== 0 && version !== 1) throw new BerError(`SNMP version ${version}`)
  const community = outer.octets().toString('utf8')
  const type = pduTypes.get(outer.peek())
  if (!type) throw new BerError(`PDU of unknown tag 0x${outer.peek().toString(16)}`)
  const pdu = outer.enter(pduTags[type])
  return {
    version: version === 0 ? '1' : '2c',
    community,
    type,
    requestId: pdu.integer(),
    errorStatus: pdu.integer(),
    errorIndex: pdu.integer(),
    varBinds: readVarBinds(pdu.enter(tag.sequence)),
  }
}

function writeVarBinds(writer: BerWriter, varBinds: Message['varBinds']): void {
  writer.sequence(tag.sequence, () => varBinds.forEach((varBind) => writeVarBind(writer, varBind)))
}

function writeVarBind(writer: BerWriter, { oid, value }: VarBind<SnmpValue | SnmpException>): void {
  writer.sequence(tag.sequence, () => {
    writer.oid(oid)
    writeValue(writer, value)
  })
}

/** The list of variable bindings that `list` is inside of. Throws BerError. */
export function readVarBinds(list: BerReader): Message['varBinds'] {
  const varBinds: Message['varBinds'] = []
  while (!list.atEnd) {
    if (varBinds.length >= maxVarBinds) throw new BerError('too many variable bindings')
    const pair = list.enter(tag.sequence)
    varBinds.push({ oid: pair.oid(), value: readValue(pair) })
  }
  return varBinds
}
