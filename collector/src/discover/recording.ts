/**
 * What a device answered, one object a line: `OID|TAG|VALUE`, the tag in decimal as BER has it; `4x` for octets in
 * hexadecimal. What begins with # is a comment.
 */
import { compareOids, isUnder } from '../snmp/oid.ts'
import type { SnmpReader, SnmpValue, VarBind } from '../snmp/session.ts'

const types = {
  2: 'integer',
  4: 'octets',
  6: 'oid',
  64: 'ip',
  65: 'counter32',
  66: 'gauge32',
  67: 'timeticks',
  68: 'opaque',
  70: 'counter64',
} as const satisfies Record<number, SnmpValue['type']>
const tagOf = new Map<string, string>(Object.entries(types).map(([tag, type]) => [type, tag]))

function valueOf(type: SnmpValue['type'], text: string, isHex: boolean): SnmpValue | null {
  if (isHex) {
    const octets = Buffer.from(text, 'hex')
    return { type, value: type === 'ip' ? [...octets].join('.') : octets }
  }
  if (type === 'octets' || type === 'opaque') return { type, value: Buffer.from(text) }
  if (type === 'oid') return { type, value: text.replace(/^\./, '') }
  if (type === 'ip') return { type, value: text }
  if (!/^-?\d+$/.test(text)) return null
  const value = Number(text)
  return { type, value: Number.isSafeInteger(value) ? value : BigInt(text) }
}

/** The objects of a recording in their order, the first of an OID that is there twice; lines that say nothing are left out. */
export function parseRecording(text: string): VarBind[] {
  const objects = new Map<string, SnmpValue>()
  for (const line of text.split(/\r?\n/)) {
    const [, oid, tag, hex, rest] = /^([\d.]+)\|(\d+)(x?)\|(.*)$/.exec(line) ?? []
    const type = types[Number(tag) as keyof typeof types]
    const value = type && valueOf(type, rest ?? '', hex === 'x')
    if (oid && value && !objects.has(oid)) objects.set(oid, value)
  }
  return [...objects].map(([oid, value]) => ({ oid, value })).sort((a, b) => compareOids(a.oid, b.oid))
}

const isPlain = (octets: Buffer) => /^[\x20-\x7e]*$/.test(octets.toString('latin1'))

/** One line of a recording; null for a value that no recording has a form for. */
export function recordedLine({ oid, value: { type, value } }: VarBind): string | null {
  const tag = tagOf.get(type)
  if (tag === undefined) return null
  if (!Buffer.isBuffer(value)) return `${oid}|${tag}|${value}`
  return isPlain(value) && type === 'octets'
    ? `${oid}|${tag}|${value.toString('latin1')}`
    : `${oid}|${tag}x|${value.toString('hex')}`
}

/** Reads objects that are at hand as if a device answered them. */
export function readerOf(objects: readonly VarBind[]): SnmpReader {
  const byOid = new Map(objects.map(({ oid, value }) => [oid, value]))
  const walk = (root: string) => {
    let [start, end] = [0, objects.length]
    while (start < end) {
      const middle = (start + end) >> 1
      if (compareOids(objects[middle]?.oid ?? '', root) <= 0) start = middle + 1
      else end = middle
    }
    while (end < objects.length && isUnder(objects[end]?.oid ?? '', root)) end++
    return objects.slice(start, end)
  }
  const get = (oids: string[]) => new Map(oids.flatMap((oid) => { const value = byOid.get(oid); return value ? [[oid, value] as const] : [] })) // prettier-ignore
  return {
    get: (oids) => Promise.resolve(get(oids)),
    walk: (root) => Promise.resolve(walk(root)),
  }
}
