import { expect, it } from 'vitest'
import { smallProvince } from '../state/testing.ts'
import { neighboursOf } from './neighbours.ts'

/** Every leg has a network of its own. */
function province() {
  const model = smallProvince()
  let n = 0
  for (const circuit of model.circuits.values()) circuit.leg!.address = `10.0.0.${4 * n++ + 2}`
  return model
}

it('the upper router is asked for the leg’s own address', () => {
  expect(neighboursOf(province()).get('市-rt')).toEqual([
    { circuitId: '甲县-primary', address: '10.0.0.10', prefix: 32 },
    { circuitId: '乙县-primary', address: '10.0.0.18', prefix: 32 },
  ])
})

it('where nobody asks the upper one, the lower is asked for whatever is in the line’s network', () => {
  const model = province()
  model.devices.get('市-rt')!.collectorId = null
  expect(neighboursOf(model).get('甲县-rt')).toEqual([
    { circuitId: '甲县-primary', address: '10.0.0.10', prefix: 30 },
  ])
})

it('but not where the network is that of other legs too', () => {
  const model = province()
  model.devices.get('市-rt')!.collectorId = null
  model.circuits.get('乙县-backup')!.leg!.address = '10.0.0.9'
  expect(neighboursOf(model).get('甲县-rt')).toBe(undefined)
})

it('circuits without a leg, and devices that nobody may ask, have none', () => {
  const model = province()
  for (const circuit of model.circuits.values()) circuit.leg = null
  expect(neighboursOf(model).size).toBe(0)
  const mute = province()
  for (const device of mute.devices.values()) device.snmpCredentialId = null
  expect(neighboursOf(mute).size).toBe(0)
})
