import { describe, expect, it } from 'vitest'
import { socketBeside } from './face-keys.ts'
import { boxesAre, layFaceplate } from './faceplate.ts'
import { parsePort, shortPort } from './port-name.ts'
import { byTrouble, portLoad, portState } from './port-state.ts'
import { latest, sum, sumSeries, total } from './rates.ts'
import { bullet, byClass, bySeverity, limitsOf, stretchesOf } from './sensors.ts'

const ports = (...names: string[]) => names.map((ifName) => ({ ifName }))
const port = (change: object) => ({
  ifName: 'GE1/0/1',
  ifIndex: 1,
  ifAdminStatus: 'up',
  ifOperStatus: 'up',
  ifAlias: '',
  circuitId: null,
  errorsPerS: 0,
  ifSpeedBps: 1e9,
  inBps: 1e8,
  outBps: 2e8,
  ...change,
})

describe('port names', () => {
  it.each([
    ['GE1/0/17', 'GE', [1, 0], 17, false],
    ['GigabitEthernet0/0/1', 'GigabitEthernet', [0, 0], 1, false],
    ['Gi0/1', 'Gi', [0], 1, false],
    ['GigabitEthernet 0/1', 'GigabitEthernet', [0], 1, false],
    ['Ten-GigabitEthernet1/0/49', 'Ten-GigabitEthernet', [1, 0], 49, true],
    ['XGE1/0/50', 'XGE', [1, 0], 50, true],
    ['100GE0/1/0', '100GE', [0, 1], 0, true],
    ['eth0', 'eth', [], 0, false],
    ['1/1/25', '', [1, 1], 25, false],
    ['24', '', [], 24, false],
  ])('%s is a socket', (ifName, kind, path, number, wide) => {
    expect(parsePort(ifName)).toEqual({ kind, path, port: number, wide })
  })

  it.each([
    'Vlan-interface10',
    'Vlanif1',
    'LoopBack0',
    'lo',
    'NULL0',
    'Tunnel0/0/23',
    'Eth-Trunk1',
    'Bridge-Aggregation1',
    'Po1',
    'Trk1',
    'GE0/2/3.123',
    '',
  ])('%s is none', (ifName) => expect(parsePort(ifName)).toBeNull())
})

it.each([
  ['GigabitEthernet1/0/17', 'GE1/0/17'],
  ['Ten-GigabitEthernet1/0/49', 'XGE1/0/49'],
  ['Vlan-interface10', 'Vlan10'],
  ['GE0/0/1', 'GE0/0/1'],
  ['mgmt0', 'mgmt0'],
])('%s is written %s where there is little room', (name, short) => expect(shortPort(name)).toBe(short))

describe('faceplate', () => {
  const places = (names: string[], width = 900) =>
    layFaceplate(ports(...names), width, 0, 0).chassis.flatMap((c) =>
      c.sockets.map((s) => [s.item.ifName, s.x, s.upper]),
    )

  it('sets odd ports above even ones, in the order of the device', () => {
    expect(places(['GE1/0/10', 'GE1/0/2', 'GE1/0/1', 'GE1/0/9'])).toEqual([
      ['GE1/0/1', 0, true],
      ['GE1/0/2', 0, false],
      ['GE1/0/9', 21, true],
      ['GE1/0/10', 21, false],
    ])
  })

  it('sets even ports above odd ones where counting starts at 0', () => {
    expect(places(['Gi0/0/0', 'Gi0/0/1', 'Gi0/0/2'])).toEqual([
      ['Gi0/0/0', 0, true],
      ['Gi0/0/1', 0, false],
      ['Gi0/0/2', 21, true],
    ])
  })

  it('leaves a gap after six columns and before cages', () => {
    const names = Array.from({ length: 14 }, (_, i) => `GE1/0/${i + 1}`)
    const at = new Map(places([...names, 'XGE1/0/49']).map(([name, x]) => [name, x]))
    expect(at.get('GE1/0/11')).toBe(5 * 21)
    expect(at.get('GE1/0/13')).toBe(6 * 21 + 9)
    expect(at.get('XGE1/0/49')).toBe(7 * 21 + 9 + 15)
  })

  it('sets what runs at ten gigabit apart, whatever it is called', () => {
    const plate = layFaceplate(
      [
        { ifName: 'GE0/7/0', ifSpeedBps: 10e9 },
        { ifName: 'GE0/7/1', ifSpeedBps: 1e9 },
      ],
      900,
      0,
      0,
    )
    expect(plate.chassis[0]?.sockets.map((s) => [s.item.ifName, s.wide])).toEqual([
      ['GE0/7/1', false],
      ['GE0/7/0', true],
    ])
  })

  it('gives each member of a stack its own box and no logical port a socket', () => {
    const plate = layFaceplate(ports('GE1/0/1', 'GE2/0/1', 'Vlan-interface1'), 900, 150, 90)
    expect(plate.chassis.map((c) => [c.label, c.y, c.height, c.sockets.length])).toEqual([
      ['1', 0, 70, 1],
      ['2', 78, 70, 1],
    ])
    expect(plate.height).toBe(148)
    expect(plate.chassis[0]?.sockets[0]?.x).toBe(150)
  })

  it.each(['MEth0/0/1', 'M-GigabitEthernet0/0/0', 'mgmt0', 'GigabitEthernet0/0', 'FastEthernet0'])(
    'takes %s for no member of the stack, and sets it last into the first',
    (name) => {
      const plate = layFaceplate(ports(name, 'GE1/0/1', 'GE1/0/2', 'GE2/0/1'), 900, 0, 0)
      expect(plate.chassis.map((c) => [c.label, c.sockets.map((s) => s.item.ifName)])).toEqual([
        ['1', ['GE1/0/1', 'GE1/0/2', name]],
        ['2', ['GE2/0/1']],
      ])
    },
  )

  it('names the cards of a box that has several, each before its first socket', () => {
    const plate = layFaceplate(ports('GE0/3/0', 'GE0/3/1', 'GE0/7/0', 'MEth1/0/0'), 900, 0, 0)
    const sockets = plate.chassis.flatMap((c) => c.sockets)
    expect(sockets.map((s) => [s.item.ifName, s.card ?? '', s.x])).toEqual([
      ['GE0/3/0', '3', 20],
      ['GE0/3/1', '', 20],
      ['GE0/7/0', '7', 20 + 21 + 15 + 20],
      ['MEth1/0/0', '', 20 + 2 * (21 + 15) + 20],
    ])
  })

  it.each([
    ['access-switch', ['GE1/0/1', 'GE2/0/1'], 'members'],
    ['core-switch', ['XGE1/0/0', 'XGE2/0/0'], 'slots'],
    ['core-switch', ['XGE1/3/0/1', 'XGE2/3/0/1'], 'members'],
    ['core-router', ['GE1/0/0', 'GE2/0/0'], 'slots'],
  ])('takes the boxes of a %s with %j for %s', (role, names, expected) =>
    expect(boxesAre(role, ports(...names))).toBe(expected),
  )

  it('draws management ports that stand alone', () => {
    expect(places(['mgmt0'])).toEqual([['mgmt0', 0, true]])
  })

  it('starts a new line where the box is full, and keeps every socket inside', () => {
    const names = Array.from({ length: 48 }, (_, i) => `GE1/0/${i + 1}`)
    const plate = layFaceplate(ports(...names), 300, 20, 10)
    const sockets = plate.chassis[0]?.sockets ?? []
    expect(sockets).toHaveLength(48)
    expect(Math.max(...sockets.map((s) => s.x + s.width))).toBeLessThanOrEqual(290)
    expect(new Set(sockets.map((s) => `${s.x} ${s.y} ${s.upper}`)).size).toBe(48)
  })

  it('draws what a cable hangs on in a row, where no name says where it sits', () => {
    const names = ['Slot: 0 Port: 1', 'Slot: 0 Port: 2', 'Vlan: 7', 'Slot: 0 Port: 2.100']
    const plate = layFaceplate(
      names.map((ifName) => ({ ifName, ifType: 6 })),
      900,
      0,
      0,
    )
    expect(plate.chassis.flatMap((c) => c.sockets.map((s) => [s.label, s.x, s.upper]))).toEqual([['1', 0, true], ['2', 0, false]]) // prettier-ignore
  })

  it('draws nothing for a device without sockets', () => {
    expect(layFaceplate(ports('lo', 'Vlanif1'), 900, 0, 0)).toEqual({ width: 900, height: 0, chassis: [] })
  })
})

describe('arrow keys on the faceplate', () => {
  const names = ['GE1/0/1', 'GE1/0/2', 'GE1/0/3', 'GE2/0/1', 'GE2/0/2']
  const sockets = layFaceplate(ports(...names), 900, 0, 0).chassis.flatMap((c) => c.sockets)

  it.each([
    ['GE1/0/1', 'ArrowRight', 'GE1/0/3'],
    ['GE1/0/3', 'ArrowLeft', 'GE1/0/1'],
    ['GE1/0/3', 'ArrowDown', 'GE1/0/2'],
    ['GE1/0/2', 'ArrowDown', 'GE2/0/1'],
    ['GE2/0/1', 'ArrowUp', 'GE1/0/2'],
    ['GE1/0/1', 'ArrowUp', undefined],
    ['GE1/0/2', 'ArrowRight', undefined],
    ['GE1/0/1', 'Enter', undefined],
  ])('from %s by %s to %s', (from, key, to) => {
    const at = sockets.find((s) => s.item.ifName === from)
    expect(at && socketBeside(sockets, at, key)?.item.ifName).toBe(to)
  })
})

describe('port state', () => {
  it.each([
    [{}, 'up'],
    [{ errorsPerS: 2 }, 'errors'],
    [{ ifAdminStatus: 'down', ifOperStatus: 'down' }, 'shut'],
    [{ ifOperStatus: 'down' }, 'idle'],
    [{ ifOperStatus: 'down', ifAlias: 'To_Zhengding' }, 'lost'],
    [{ ifOperStatus: 'lowerLayerDown', circuitId: 'cir_1' }, 'lost'],
    [{ ifIndex: null }, 'unknown'],
    [{ ifOperStatus: 'unknown' }, 'unknown'],
  ])('of %j is %s', (change, expected) => {
    expect(portState(port(change))).toBe(expected)
  })

  it('loads a port by its busier direction', () => {
    expect(portLoad(port({}))).toBe(20)
    expect(portLoad(port({ ifSpeedBps: 0 }))).toBeNull()
    expect(portLoad(port({ inBps: null, outBps: null }))).toBeNull()
  })

  it('lists the lost first, then the busiest', () => {
    const quiet = port({ inBps: 1, outBps: 1 })
    const [busy, lost] = [port({}), port({ ifOperStatus: 'down', ifAlias: 'x' })]
    const loopback = port({ ifName: 'LoopBack0', inBps: 1e9 })
    expect(byTrouble([loopback, quiet, busy, lost])).toEqual([lost, busy, quiet, loopback])
  })
})

describe('sensors', () => {
  const sensor = (change: object) => ({
    id: 's',
    deviceId: 'd',
    key: 'k',
    class: 'temperature',
    descr: '',
    unit: '°C',
    value: 25 as number | null,
    stateText: null,
    states: [],
    severity: 'ok' as const,
    lowWarn: null,
    highWarn: null,
    highCritical: null,
    at: 0,
    ...change,
  })

  it.each([
    ['percent from 0 to 100', { class: 'charge', value: 40, lowWarn: 20 }, { fill: 0.4, limits: [0.2] }],
    ['with a quarter to spare above the limit', { value: 20, highWarn: 40 }, { fill: 0.4, limits: [0.8] }],
    ['beyond the range as full', { class: 'load', value: 130 }, { fill: 1, limits: [] }],
    ['below zero', { class: 'dbm', value: -8, lowWarn: -5 }, { fill: 1 / 6, limits: [5 / 12] }],
    ['nothing as nothing', { value: null }, null],
    ['a value without a scale as nothing', { class: 'voltage', value: 230 }, null],
    ['a state as nothing', { class: 'state', value: 2 }, null],
  ])('draws %s', (_, change, expected) => {
    const drawn = bullet(sensor(change), limitsOf(sensor(change), undefined))
    expect(drawn?.fill ?? null).toEqual(expected ? expect.closeTo(expected.fill) : null)
    expect(drawn?.limits).toEqual(expected?.limits.map((limit) => expect.closeTo(limit)))
  })

  it('sets the worst first, then what a UPS is asked first', () => {
    const keys = bySeverity([
      sensor({ key: 'x' }),
      sensor({ key: 'upsOutputPercentLoad', class: 'load' }),
      sensor({ key: 'upsOutputSource', class: 'state' }),
      sensor({ key: 'hot', severity: 'critical' }),
    ]).map((s) => s.key)
    expect(keys).toEqual(['hot', 'upsOutputSource', 'upsOutputPercentLoad', 'x'])
  })
})

describe('sensors by class', () => {
  const of = (change: object) => ({ id: 's', deviceId: 'd', key: 'k', class: 'temperature', descr: '', unit: '°C', value: 25, stateText: null, states: [], severity: 'ok' as const, lowWarn: null, highWarn: null, highCritical: null, at: 0, ...change }) // prettier-ignore

  it('sets the class in trouble first, then as a person asks for them', () => {
    const groups = byClass([
      of({ class: 'state', key: 'psu' }),
      of({ class: 'dbm', key: 'rx' }),
      of({ key: 'cpu' }),
      of({ class: 'fanspeed', key: 'fan', severity: 'critical' }),
      of({ class: 'fanspeed', key: 'fan2' }),
    ])
    expect(
      groups.map((group) => [group.class, group.ill, group.sensors.map(({ key }) => key).join()]),
    ).toEqual([
      ['fanspeed', 1, 'fan,fan2'],
      ['temperature', 0, 'cpu'],
      ['dbm', 0, 'rx'],
      ['state', 0, 'psu'],
    ])
  })

  it('is held to the rules in force, and where none is told to its own limits', () => {
    const own = of({ highWarn: 70, highCritical: 90 })
    expect(limitsOf(own, undefined).map(({ value, isCritical }) => [value, isCritical])).toEqual([[70, false], [90, true]]) // prettier-ignore
    const rule = { off: false, settings: [{ name: 'above', value: 60, origin: { from: 'rule' } }, { name: 'below', value: null, origin: null }] } // prettier-ignore
    expect(limitsOf(own, rule as never).map(({ value, origin }) => [value, origin?.from])).toEqual([[60, 'rule']]) // prettier-ignore
    expect(limitsOf(own, { ...rule, off: true } as never)).toEqual([])
  })

  it('tells how a state stood, a stretch a value', () => {
    const states = [{ value: 1, text: 'normal', severity: 'ok' as const }, { value: 2, text: 'failed', severity: 'critical' as const }] // prettier-ignore
    const max = [1, 1, 2, null, 1, 7]
    const series = { entityId: 's', metric: 'value', unit: '', stepMs: 10, atMs: [0, 10, 20, 30, 40, 50], max, min: max, mean: max } // prettier-ignore
    expect(stretchesOf({ states }, series).map(({ text, severity, fromAt, untilAt }) => [text, severity, fromAt, untilAt])).toEqual([
      ['normal', 'ok', 0, 20],
      ['failed', 'critical', 20, 30],
      ['normal', 'ok', 40, 50],
      ['7', 'unknown', 50, 60],
    ]) // prettier-ignore
  })
})

describe('rates', () => {
  const series = (mean: (number | null)[]) => ({
    entityId: 'i',
    metric: 'ifInErrors',
    unit: '',
    stepMs: 60_000,
    atMs: mean.map((_, i) => i),
    mean,
    min: mean,
    max: mean,
  })

  it('counts events from rates, and knows when it knows nothing', () => {
    expect(total(series([0.5, null, 1]))).toBe(90)
    expect(total(series([null]))).toBeNull()
    expect(total(undefined)).toBeNull()
  })

  it('sums step by step what is known', () => {
    expect(sumSeries([series([1, null]), undefined, series([2, null])])).toEqual([3, null])
    expect(sum(null, 2)).toBe(2)
    expect(latest(series([1, 2, null]))).toBe(2)
  })
})
