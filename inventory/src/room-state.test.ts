import { describe, expect, it } from 'vitest'
import type { Health } from './business-service.ts'
import { conflictsOf, fits } from './rack.ts'
import { judgeRoom, type RoomLook, type UpsLook } from './room-state.ts'

const ups = (change: Partial<UpsLook> = {}): UpsLook => ({ id: 'ups', health: 'up', onBattery: false, batteryLow: false, minutesLeft: 40, ...change }) // prettier-ignore
const air = (severity: 'ok' | 'warning' | 'critical' | 'unknown', health: Health = 'up') => ({ id: 'temp', deviceId: 'env', health, severity }) // prettier-ignore

describe('a room', () => {
  it.each<[string, Partial<RoomLook>, Health, Health | null, number | null]>([
    ['without instruments is not known', {}, 'unknown', null, null],
    ['on mains and cool is well', { ups: [ups()], air: [air('ok')] }, 'up', 'up', null],
    ['on battery is degraded, for so many minutes', { ups: [ups({ onBattery: true, minutesLeft: 12 })], air: [air('ok')] }, 'degraded', 'degraded', 12],
    ['lasts as long as the UPS that lasts the least', { ups: [ups({ onBattery: true, minutesLeft: 12 }), ups({ onBattery: true, minutesLeft: 7 })] }, 'degraded', 'degraded', 7],
    ['with one UPS on battery is degraded', { ups: [ups(), ups({ onBattery: true })] }, 'degraded', 'degraded', 40],
    ['too hot is degraded', { ups: [ups()], air: [air('critical')] }, 'degraded', 'up', null],
    ['whose UPS was not read is not known', { ups: [ups({ onBattery: null })], air: [air('ok')] }, 'unknown', 'unknown', null],
    ['whose probe is silent is not known', { ups: [ups()], air: [air('ok', 'down')] }, 'unknown', 'up', null],
    ['out of reach', { ups: [ups({ health: 'unreachable' })], devices: ['unreachable', 'unreachable'] }, 'unreachable', 'unreachable', null],
    ['where all is silent is down', { ups: [ups({ health: 'down' })], devices: ['down', 'unreachable'] }, 'down', 'degraded', null],
    ['where one of many is silent is as its power is', { ups: [ups()], devices: ['down', 'up'] }, 'up', 'up', null],
  ])('%s', (_name, look, state, power, minutesLeft) =>
    expect(judgeRoom({ ups: [], air: [], devices: [], ...look })).toMatchObject({ state, power, minutesLeft })) // prettier-ignore
})

describe('a place in a rack', () => {
  const mount = (unit: number, height = 1, face: 'front' | 'rear' = 'front', deviceId = 'b') => ({ deviceId, unit, height, face }) // prettier-ignore
  it.each([
    ['above another', mount(3), 0],
    ['on another', mount(2), 1],
    ['reaching into another', mount(1, 2), 1],
    ['behind another', mount(2, 1, 'rear'), 0],
    ['its own', mount(2, 1, 'front', 'a'), 0],
  ] as const)('%s', (_name, at, conflicts) =>
    expect(conflictsOf(at, [mount(2, 1, 'front', 'a')])).toHaveLength(conflicts)) // prettier-ignore
  it.each([
    [1, 1, true],
    [41, 2, true],
    [42, 2, false],
    [0, 1, false],
  ])('from unit %i, %i high, of 42: %s', (unit, height, isFit) =>
    expect(fits({ unit, height }, 42)).toBe(isFit),
  )
})
