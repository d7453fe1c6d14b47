import type { DeviceDetail } from '@zongheng/server/api.ts'
import { expect, it } from 'vitest'
import { newSnmpDraft, snmpOf } from '../snmp/snmp-draft.ts'
import { addressesOf, complaintOf, draftOfDevice, patchOf } from './device-form.ts'

const settings = { name: 'RT', role: 'core-router', pollIntervalS: 60, pingIntervalS: 10, answersFrom: ['10.0.0.2'] } // prettier-ignore
const device = settings as unknown as DeviceDetail

it('sends what is different, and nothing when nothing is', () => {
  const draft = draftOfDevice(device)
  expect(patchOf(draft, device)).toEqual({})
  expect(patchOf({ ...draft, name: ' RT-1 ', pingIntervalS: 0 }, device)).toEqual({ name: 'RT-1', pingIntervalS: 0 }) // prettier-ignore
  expect(patchOf({ ...draft, answersFrom: '' }, device)).toEqual({ answersFrom: [] })
})

it('takes addresses as people part them, each once', () => {
  expect(addressesOf({ answersFrom: ' 10.0.0.2\n10.0.0.3，10.0.0.2; ::1 ' })).toEqual(['10.0.0.2', '10.0.0.3', '::1']) // prettier-ignore
})

it.each([
  ['/answersFrom/1', 'address', { code: 'address', value: 'b' }],
  ['/answersFrom/0', 'duplicate', { code: 'duplicate', value: 'a' }],
  ['/answersFrom/7', 'address', null],
  ['/name', 'minLength', null],
])('a complaint at %s names the address that it is about', (path, code, expected) => {
  expect(complaintOf([{ path, code }], ['a', 'b'])).toEqual(expected)
})

it.each([
  ['nothing', {}, null],
  ['a community', { community: 'c' }, { version: '2c', community: 'c' }],
  ['version 1', { version: '1', community: 'c' }, { version: '1', community: 'c' }],
  ['a user alone', { version: '3', user: 'u' }, { version: '3', user: 'u' }],
  ['no user', { version: '3', authKey: '12345678' }, null],
  ['signing', { version: '3', user: 'u', authKey: 'k', privProtocol: '' }, { version: '3', user: 'u', authProtocol: 'sha256', authKey: 'k' }],
  ['encryption without signing', { version: '3', user: 'u', privKey: 'p' }, { version: '3', user: 'u' }],
  ['both', { version: '3', user: 'u', authKey: 'k', privKey: 'p' }, { version: '3', user: 'u', authProtocol: 'sha256', authKey: 'k', privProtocol: 'aes', privKey: 'p' }],
] as const)('an SNMP credential of %s', (_, typed, expected) => {
  expect(snmpOf({ ...newSnmpDraft(), ...typed })).toEqual(expected)
}) // prettier-ignore
