import { newSealingKeys, type Target } from '@zongheng/collector/contract.ts'
import { expect, it } from 'vitest'
import type { DeviceModel } from '../estate/model.ts'
import { smallProvince } from '../state/testing.ts'
import { AssignmentBook } from './assignment.ts'

const { publicKey } = newSealingKeys()

async function targetOf(changes: Partial<DeviceModel>): Promise<Target> {
  const model = smallProvince()
  const device = { ...model.devices.get('甲县-rt')!, ...changes }
  model.devices.set(device.id, device)
  const book = new AssignmentBook('col', publicKey, () => Promise.resolve({ version: '2c' }), 1)
  const { targets } = await book.whole(model)
  return targets.find(({ deviceId }) => deviceId === device.id)!
}

it.each<[name: string, device: Partial<DeviceModel>, target: Partial<Target>]>([
  ['a device is pinged', { address: '10.1.1.1' }, { ping: { kind: 'icmp', intervalS: 10 } }],
  ['a device known by its name is, too', { address: 'rt.gov.cn' }, { ping: { kind: 'icmp', intervalS: 10 } }],
  [
    'one that is only simulated is asked by SNMP',
    { address: '127.1.1.1' },
    { ping: { kind: 'snmp', intervalS: 10 } },
  ],
  ['one may be left alone', { pingIntervalS: 0 }, { ping: null }],
  ['one may answer from elsewhere', { answersFrom: ['10.9.9.9'] }, { answersFrom: ['10.9.9.9'] }],
  ['the narrowest line to it is told', {}, { line: { id: '省-市', bps: 10e6 } }],
])('%s', async (_, device, target) => {
  expect(await targetOf(device)).toMatchObject(target)
})

it('a leg names both its ends: what one tells of is looked at from the other', async () => {
  const book = new AssignmentBook('col', publicKey, () => Promise.resolve({ version: '2c' }), 1)
  const { probes } = await book.whole(smallProvince())
  expect(probes.find(({ circuitId }) => circuitId === '甲县-primary')!.ends).toEqual([
    { deviceId: '市-rt', interfaceId: '甲县-primary-a' },
    { deviceId: '甲县-rt', interfaceId: '甲县-primary-z' },
  ])
})
