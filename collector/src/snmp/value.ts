import { BerError, tag, type BerReader, type BerWriter } from './ber.ts'

/**
 * A value as SNMP carries it: number where that is exact, bigint for a Counter64 beyond 2^53, Buffer for octets and
 * opaque, dotted string for oid and ip.
 */
export type SnmpValue = {
  type:
    | 'integer'
    | 'octets'
    | 'oid'
    | 'ip'
    | 'counter32'
    | 'gauge32'
    | 'timeticks'
    | 'counter64'
    | 'opaque'
    | 'null'
  value: number | bigint | Buffer | string | null
}

/** What an agent says where it has no value [RFC 3416 §3]. */
export type SnmpException = { type: 'noSuchObject' | 'noSuchInstance' | 'endOfMibView'; value: null }

/** `oid` dotted, without a leading dot. */
export interface VarBind<V = SnmpValue> {
  oid: string
  value: V
}

interface Syntax {
  tag: number
  read: (reader: BerReader, as: number) => SnmpValue['value']
  write: (writer: BerWriter, value: never, as: number) => void
}

const unsigned = (writer: BerWriter, value: number | bigint, as: number) => writer.unsigned(value, as)
const unsigned32 = (reader: BerReader, as: number) => reader.unsigned32(as)
const octets = {
  read: (reader: BerReader, as: number) => reader.octets(as),
  write: (writer: BerWriter, value: Uint8Array, as: number) => writer.octets(value, as),
}
const empty = {
  read: (reader: BerReader, as: number) => (reader.empty(as), null),
  write: (writer: BerWriter, _value: null, as: number) => writer.empty(as),
}

const syntaxes: Record<SnmpValue['type'] | SnmpException['type'], Syntax> = {
  integer: { tag: tag.integer, read: (r) => r.integer(), write: (w, value: number) => w.integer(value) },
  octets: { tag: tag.octets, ...octets },
  oid: { tag: tag.oid, read: (r) => r.oid(), write: (w, value: string) => w.oid(value) },
  ip: { tag: tag.ip, read: (r) => r.ip(), write: (w, value: string) => w.ip(value) },
  counter32: { tag: tag.counter32, read: unsigned32, write: unsigned },
  gauge32: { tag: tag.gauge32, read: unsigned32, write: unsigned },
  timeticks: { tag: tag.timeticks, read: unsigned32, write: unsigned },
  counter64: { tag: tag.counter64, read: (r, as) => r.unsigned64(as), write: unsigned },
  opaque: { tag: tag.opaque, ...octets },
  null: { tag: tag.null, ...empty },
  noSuchObject: { tag: tag.noSuchObject, ...empty },
  noSuchInstance: { tag: tag.noSuchInstance, ...empty },
  endOfMibView: { tag: tag.endOfMibView, ...empty },
}

const byTag = new Map<number, [keyof typeof syntaxes, Syntax]>(
  Object.entries(syntaxes).map(([type, syntax]) => [syntax.tag, [type as keyof typeof syntaxes, syntax]]),
)
byTag.set(tag.uinteger32, ['gauge32', syntaxes.gauge32]) // SNMPv2p agents that are still about

export function readValue(reader: BerReader): SnmpValue | SnmpException {
  const found = reader.peek()
  const [type, syntax] = byTag.get(found) ?? []
  if (!type || !syntax) throw new BerError(`value of unknown tag 0x${found.toString(16)}`)
  return { type, value: syntax.read(reader, found) } as SnmpValue | SnmpException
}

/** Throws RangeError or TypeError when the value does not fit its type. */
export function writeValue(writer: BerWriter, { type, value }: SnmpValue | SnmpException): void {
  const syntax = syntaxes[type]
  syntax.write(writer, value as never, syntax.tag)
}

export function isException(value: SnmpValue | SnmpException): value is SnmpException {
  return value.type === 'noSuchObject' || value.type === 'noSuchInstance' || value.type === 'endOfMibView'
}

/** Null where there is no number that a double holds. */
export function numberOf(value: SnmpValue | undefined): number | null {
  return typeof value?.value === 'number' ? value.value : null
}
