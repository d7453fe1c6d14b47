import { describe, expect, it } from 'vitest'
import { KnownDevices, type DeviceMarks, type KnownMarks } from './likeness.ts'

const macs = (from: number, count = 4) => [...Array(count).keys()].map((i) => `001122${(from + i).toString(16).padStart(6, '0')}`) // prettier-ignore
const marks = (more: Partial<DeviceMarks> = {}): DeviceMarks => ({ address: '10.9.9.9', port: 161, macs: [], addresses: [], serial: '', sysName: '', sysObjectID: '1.3.6.1.4.1.2011.1', ...more }) // prettier-ignore

const router: KnownMarks = { ...marks({ address: '10.1.0.1', serial: 'R0042', macs: macs(0x100), addresses: ['10.1.0.1', '10.1.255.1'], sysName: 'ZD-AR1' }), id: 'router' } // prettier-ignore
const sw: KnownMarks = { ...marks({ address: '10.1.0.2', serial: 'S0007', macs: macs(0x200), sysName: 'ZD-SW1' }), id: 'switch' } // prettier-ignore
const mute: KnownMarks = { ...marks({ address: '10.1.0.3', sysObjectID: '' }), id: 'mute' }
const twins: KnownMarks[] = [1, 2].map((n) => ({ ...marks({ address: `10.2.0.${n}`, serial: 'ABCD1234' }), id: `twin${n}` })) // prettier-ignore
const known = new KnownDevices([router, sw, mute, ...twins])

describe('what answers', () => {
  it.each([
    [
      'with the serial, at its address',
      { address: '10.1.0.1', serial: 'r0042 ' },
      'same',
      'router',
      ['same-serial', 'same-address'],
    ],
    [
      'with its ports, at its address',
      { address: '10.1.0.1', macs: macs(0x100) },
      'same',
      'router',
      ['same-macs', 'same-address'],
    ],
    [
      'with its ports and another serial: a stack’s other member',
      { address: '10.1.0.1', serial: 'R0043', macs: macs(0x102) },
      'same',
      'router',
      ['same-macs', 'same-address'],
    ],
    [
      'with nothing to tell by, at its address',
      { address: '10.1.0.3', serial: 'X9999', macs: macs(0x900) },
      'same',
      'mute',
      ['same-address'],
    ],
    ['with the serial, elsewhere', { serial: 'R0042' }, 'moved', 'router', ['same-serial']],
    ['with its ports, elsewhere', { macs: macs(0x1fe) }, 'moved', 'switch', ['same-macs']],
    [
      'with the serial, at another address of its own',
      { address: '10.1.255.1', serial: 'R0042' },
      'alias',
      'router',
      ['same-serial', 'own-address'],
    ],
    [
      'that has the address of the record as its own',
      { serial: 'S0007', addresses: ['10.1.0.2'] },
      'alias',
      'switch',
      ['same-serial', 'own-address'],
    ],
    [
      'with another serial, at its address',
      { address: '10.1.0.1', serial: 'R0099' },
      'replaced',
      'router',
      ['same-address', 'other-serial'],
    ],
    [
      'with other ports, at its address',
      { address: '10.1.0.2', macs: macs(0x300) },
      'replaced',
      'switch',
      ['same-address', 'other-macs'],
    ],
    [
      'of another make, at its address',
      { address: '10.1.0.2', sysObjectID: '1.3.6.1.4.1.9.1.1' },
      'replaced',
      'switch',
      ['same-address', 'other-make'],
    ],
    [
      'with the serial of one and the ports of another',
      { serial: 'R0042', macs: macs(0x200) },
      'contradiction',
      null,
      ['same-serial', 'same-macs'],
    ],
    [
      'with the serial of one at the address of another',
      { address: '10.1.0.2', serial: 'R0042' },
      'contradiction',
      'router',
      ['same-serial', 'same-address'],
    ],
    ['with a serial that two claim', { serial: 'ABCD1234' }, 'new', null, []],
    ['with a name that is known', { sysName: 'zd-ar1' }, 'new', null, ['same-name']],
    ['at its address, on another port', { address: '10.1.0.1', port: 1161 }, 'new', null, []],
    ['with a few of its ports only', { macs: [...macs(0x100, 1), ...macs(0x900, 3)] }, 'new', null, []],
  ] as const)('%s', (_, seen, likeness, deviceId, codes) => {
    const found = known.resemblanceOf(marks(seen as Partial<DeviceMarks>))
    expect({ ...found, reasons: found.reasons.map(({ code }) => code) }).toEqual({ likeness, deviceId, reasons: codes }) // prettier-ignore
  })

  it.each(['', 'N/A', '0000000000', 'To be filled by O.E.M.', 'Default string', 'xxxx', '####'])(
    'with the serial %j says nothing by it',
    (serial) => {
      const some = new KnownDevices([{ ...marks({ address: '10.3.0.1', serial }), id: 'some' }])
      expect(some.resemblanceOf(marks({ serial })).likeness).toBe('new')
    },
  )

  it.each([
    ['of a virtual router', '00005e000101'],
    ['chosen by software', '020000000001'],
    ['of a group', '01005e000001'],
    ['of nobody', '000000000000'],
  ])('with an address %s says nothing by it', (_, mac) => {
    const some = new KnownDevices([{ ...marks({ address: '10.3.0.1', macs: [mac] }), id: 'some' }])
    expect(some.resemblanceOf(marks({ macs: [mac] })).likeness).toBe('new')
  })
})
