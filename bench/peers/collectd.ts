/** collectd's SNMP plugin as its manual sets it up for interface counters: four tables, each with ifName for its instance. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PeerMissing, deviceAddress } from './build.ts'

const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'
const ifName = `${ifXEntry}.1`
const tables = [
  { name: 'octets', type: 'if_octets', values: [`${ifXEntry}.6`, `${ifXEntry}.10`] },
  { name: 'packets', type: 'if_packets', values: [`${ifXEntry}.7`, `${ifXEntry}.11`] },
  { name: 'errors', type: 'if_errors', values: [`${ifEntry}.14`, `${ifEntry}.20`] },
  { name: 'discards', type: 'if_dropped', values: [`${ifEntry}.13`, `${ifEntry}.19`] },
]
const binary = '/usr/sbin/collectd'
const needs = [
  { file: binary, package: 'collectd-core' },
  { file: '/usr/lib/collectd/snmp.so', package: 'collectd-core' },
  { file: '/usr/share/collectd/types.db', package: 'collectd-core' },
]

/**
 * Writes the configuration into `folder`: as many devices, each read every `intervalS`. `bulkSize` 0 asks by GETNEXT, 25 is
 * its fastest. Returns the command that runs it in the foreground; SIGTERM ends it. Nothing is written of what it reads.
 */
export function collectd(
  folder: string,
  {
    devices,
    port,
    bulkSize,
    intervalS = 1,
  }: { devices: number; port: number; bulkSize: number; intervalS?: number },
): { command: string; args: string[]; logFile: string } {
  for (const need of needs)
    if (!existsSync(need.file)) throw new PeerMissing(`collectd: install ${need.package} and libsnmp40`)
  const name = `collectd-${bulkSize}`
  const logFile = join(folder, `${name}.log`)
  const file = join(folder, `${name}.conf`)
  const lines = [
    'Hostname "bench"',
    'FQDNLookup false',
    `BaseDir "${folder}"`,
    `PIDFile "${join(folder, name)}.pid"`,
    'TypesDB "/usr/share/collectd/types.db"',
    `Interval ${intervalS}`,
    'ReadThreads 5',
    'LoadPlugin logfile',
    `<Plugin logfile>\n LogLevel err\n File "${logFile}"\n</Plugin>`,
    'LoadPlugin snmp',
    '<Plugin snmp>',
    ...tables.map(tableBlock),
    ...Array.from({ length: devices }, (_, index) => hostBlock(index, port, bulkSize, intervalS)),
    '</Plugin>',
  ]
  writeFileSync(file, lines.join('\n') + '\n')
  return { command: binary, args: ['-f', '-C', file], logFile }
}

const tableBlock = ({ name, type, values }: (typeof tables)[number]) =>
  `<Data "${name}">
  Type "${type}"
  Table true
  TypeInstanceOID "${ifName}"
  Values ${values.map((oid) => `"${oid}"`).join(' ')}
</Data>`

const hostBlock = (index: number, port: number, bulkSize: number, intervalS: number) =>
  `<Host "d${index}">
  Address "${deviceAddress(index)}:${port}"
  Version 2
  Community "public"
  Collect ${tables.map(({ name }) => `"${name}"`).join(' ')}
  Interval ${intervalS}${bulkSize > 0 ? `\n  BulkSize ${bulkSize}` : ''}
</Host>`
