/** What Debian's snmpd is made to serve, so that every type and limit comes from a real agent: values of pass_persist. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SnmpValue } from './value.ts'

/** Private enterprise number for documentation [RFC 5612]. */
export const servedRoot = '1.3.6.1.4.1.32473'

const octets = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const all256 = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet))
const spaced = (buffer: Buffer) => buffer.toString('hex').replaceAll(/..(?=.)/g, '$& ')

interface Served {
  oid: string
  /** As snmpd's pass protocol wants it [snmpd.conf(5)]. */
  type: string
  text: string
  value: SnmpValue
}

const values: [type: string, text: string, value: SnmpValue][] = [
  ['integer', '-2147483648', { type: 'integer', value: -2147483648 }],
  ['integer', '2147483647', { type: 'integer', value: 2147483647 }],
  ['integer', '-1', { type: 'integer', value: -1 }],
  ['integer', '-129', { type: 'integer', value: -129 }],
  ['integer', '0', { type: 'integer', value: 0 }],
  ['gauge', '4294967295', { type: 'gauge32', value: 4294967295 }],
  ['unsigned', '2147483648', { type: 'gauge32', value: 2147483648 }],
  ['counter', '4294967295', { type: 'counter32', value: 4294967295 }],
  ['counter', '127', { type: 'counter32', value: 127 }],
  ['timeticks', '4294967295', { type: 'timeticks', value: 4294967295 }],
  ['counter64', '18446744073709551615', { type: 'counter64', value: 18446744073709551615n }],
  ['counter64', '9223372036854775808', { type: 'counter64', value: 9223372036854775808n }],
  ['counter64', '9007199254740992', { type: 'counter64', value: 9007199254740992n }],
  ['counter64', '9007199254740991', { type: 'counter64', value: 9007199254740991 }],
  ['counter64', '4294967296', { type: 'counter64', value: 4294967296 }],
  ['ipaddress', '255.0.128.1', { type: 'ip', value: '255.0.128.1' }],
  ['ipaddress', '0.0.0.0', { type: 'ip', value: '0.0.0.0' }],
  [
    'objectid',
    '.1.3.6.1.4.1.4294967295.0.128.16383',
    { type: 'oid', value: '1.3.6.1.4.1.4294967295.0.128.16383' },
  ],
  ['objectid', '.0.0', { type: 'oid', value: '0.0' }],
  ['octet', spaced(all256), { type: 'octets', value: all256 }],
  ['octet', '00', { type: 'octets', value: octets('00') }],
  ['string', '', { type: 'octets', value: octets('') }],
  [
    'string',
    'GigabitEthernet0/0/1 至石家庄',
    { type: 'octets', value: Buffer.from('GigabitEthernet0/0/1 至石家庄') },
  ],
  ['opaque', '9F 78 04 3F 80 00 00', { type: 'opaque', value: octets('9f78043f800000') }],
]

export const served: Served[] = values.map(([type, text, value], index) => ({
  oid: `${servedRoot}.1.${index + 1}.0`,
  type,
  text,
  value,
}))

/** Answers snmpd over stdin and stdout; the lines of its file are "OID TYPE TEXT", in order. */
const script = `#!/bin/sh
file=$1
answer() { # $1 get or getnext, $2 the object
  passed=
  while read -r oid type text; do
    here=
    case $1 in
      get) [ "$oid" = "$2" ] && here=1 ;;
      *) [ -n "$passed" ] && here=1; case $oid in "$2".*) here=1 ;; esac ;;
    esac
    if [ -n "$here" ]; then printf '%s\\n%s\\n%s\\n' "$oid" "$type" "$text"; return; fi
    [ "$oid" = "$2" ] && passed=1
  done < "$file"
  echo NONE
}
while read -r word; do
  case $word in
    PING) echo PONG ;;
    get | getnext) read -r asked; answer "$word" "$asked" ;;
    *) exit ;;
  esac
done
`

/** Lines for snmpd.conf, and what takes their files away again. */
export function serving(): { lines: string[]; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-served-'))
  const program = join(folder, 'pass.sh')
  const file = join(folder, 'values')
  writeFileSync(program, script)
  chmodSync(program, 0o755)
  writeFileSync(file, served.map(({ oid, type, text }) => `.${oid} ${type} ${text}\n`).join(''))
  return {
    lines: [`pass_persist .${servedRoot} /bin/sh ${program} ${file}`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
