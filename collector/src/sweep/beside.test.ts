import { expect, it } from 'vitest'
import { compareOids } from '../snmp/oid.ts'
import type { SnmpValue } from '../snmp/value.ts'
import { readerOf } from '../discover/recording.ts'
import { addressesBeside } from './beside.ts'

const ip = (value: string): SnmpValue => ({ type: 'ip', value })
const number = (value: number): SnmpValue => ({ type: 'integer', value })
const reader = (objects: Record<string, SnmpValue>) =>
  readerOf(
    Object.entries(objects)
      .map(([oid, value]) => ({ oid, value }))
      .sort((a, b) => compareOids(a.oid, b.oid)),
  )

it.each([
  ['LLDP', 'lldp', { '1.0.8802.1.1.2.1.4.2.1.3.0.7.1.1.4.10.1.2.3': number(2) }],
  ['CDP', 'cdp', { '1.3.6.1.4.1.9.9.23.1.2.1.1.4.3.1': { type: 'octets', value: Buffer.from([10, 1, 2, 3]) } }],
  ['routes of today', 'route', { '1.3.6.1.2.1.4.24.7.1.7.1.4.10.0.0.0.8.2.0.0.1.4.10.1.2.3': number(4) }],
  ['routes of RFC 2096', 'route', { '1.3.6.1.2.1.4.24.4.1.4.10.0.0.0.255.0.0.0.0.10.1.2.3': ip('10.1.2.3') }],
  ['routes of RFC 1213', 'route', { '1.3.6.1.2.1.4.21.1.7.10.0.0.0': ip('10.1.2.3') }],
  ['ARP of today', 'arp', { '1.3.6.1.2.1.4.35.1.6.3.1.4.10.1.2.3': number(3) }],
  ['ARP of RFC 1213', 'arp', { '1.3.6.1.2.1.4.22.1.3.3.10.1.2.3': ip('10.1.2.3') }],
] as [string, string, Record<string, SnmpValue>][])('knows neighbours by %s', async (_, by, objects) => {
  expect([...(await addressesBeside(reader(objects)))]).toEqual([['10.1.2.3', by]])
}) // prettier-ignore

it.each([
  ['its own address', { '1.3.6.1.2.1.4.35.1.6.3.1.4.10.1.2.3': number(5) }],
  ['what is gone from its cache', { '1.3.6.1.2.1.4.35.1.6.3.1.4.10.1.2.3': number(2) }],
  ['a route that is its own network', { '1.3.6.1.2.1.4.21.1.7.10.0.0.0': ip('0.0.0.0') }],
  ['a neighbour of another family', { '1.3.6.1.2.1.4.24.7.1.7.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.64.2.0.0.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1': number(4) }], // prettier-ignore
  ['an index of nonsense', { '1.3.6.1.2.1.4.35.1.6.3': number(3), '1.3.6.1.2.1.4.24.7.1.7.1': number(3) }],
] as [string, Record<string, SnmpValue>][])('leaves out %s', async (_, objects) => {
  expect([...(await addressesBeside(reader(objects)))]).toEqual([])
}) // prettier-ignore

it('says of each address what tells most', async () => {
  const objects = { '1.3.6.1.2.1.4.22.1.3.3.10.1.2.3': ip('10.1.2.3'), '1.0.8802.1.1.2.1.4.2.1.3.0.7.1.1.4.10.1.2.3': number(2) } // prettier-ignore
  expect([...(await addressesBeside(reader(objects)))]).toEqual([['10.1.2.3', 'lldp']])
})
