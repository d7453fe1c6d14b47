/** What Debian's snmpd is made to serve, so that every type and limit comes from a real agent: values of pass_persist. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

/** A table beside them, with a hole and with rows whose sub-identifier takes several octets. */
export const servedTable = {
  columns: [1, 2, 3].map((column) => `${servedRoot}.2.${column}`),
  rows: [1, 2, 3, 4, 6, 127, 128, 20_000],
  /** By column: as snmpd is told, of a row. */
  types: ['counter64', 'string', 'gauge'],
  valueOf: [
    (row: number) => row * 1_000_000_000_000 + 7,
    (row: number) => `Gi0/0/${row}`,
    (row: number) => row * 1000,
  ] as const,
}
const cells = servedTable.columns.flatMap((oid, column) =>
  servedTable.rows.map(
    (row) => `.${oid}.${row} ${servedTable.types[column]} ${servedTable.valueOf[column]!(row)}
`,
  ),
)

/** Answers snmpd over stdin and stdout; the lines of its file are "OID TYPE TEXT", in order. */
const script = `
$| = 1;
open(my $file, '<', shift) or die;
my @lines = map { chomp; [split / /, $_, 3] } <$file>;
sub order {
  my @a = split /\\./, shift;
  my @b = split /\\./, shift;
  for my $i (1 .. ($#a < $#b ? $#a : $#b)) { return $a[$i] <=> $b[$i] if $a[$i] != $b[$i] }
  return $#a <=> $#b;
}
while (my $word = <STDIN>) {
  chomp $word;
  if ($word eq 'PING') { print "PONG\\n"; next }
  chomp(my $asked = <STDIN>);
  my ($found) = grep { $word eq 'get' ? $_->[0] eq $asked : order($_->[0], $asked) > 0 } @lines;
  print $found ? join("\\n", @$found) . "\\n" : "NONE\\n";
}
`

/** Lines for snmpd.conf, and what takes their files away again. */
export function serving(): { lines: string[]; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'zongheng-served-'))
  const program = join(folder, 'pass.pl')
  const file = join(folder, 'values')
  writeFileSync(program, script)
  writeFileSync(
    file,
    [...served.map(({ oid, type, text }) => `.${oid} ${type} ${text}\n`), ...cells].join(''),
  )
  return {
    lines: [`pass_persist .${servedRoot} /usr/bin/perl ${program} ${file}`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
