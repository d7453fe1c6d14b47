import { describe, expect, it } from 'vitest'
import { CollectorClock } from './clock.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]
const startMs = 1_790_000_000_000

/** A machine whose clock is `aheadMs` ahead of the truth. */
function machine(aheadMs: number) {
  let passedMs = 5 * hour
  const state = { aheadMs }
  const truth = () => startMs + passedMs
  const clock = new CollectorClock(
    () => truth() + state.aheadMs,
    () => passedMs,
    'this boot',
  )
  const errorMs = () => clock.now() - truth()
  const pass = (ms: number) => void (passedMs += ms)
  const ask = () => clock.learn(truth(), passedMs, passedMs)
  return { clock, state, truth, errorMs, pass, ask }
}

describe('the clock of a collector', () => {
  it.each<[string, aheadMs: number, told: number, errorMs: number]>([
    ['is the machine’s own while that agrees', 1500, 0, 1500],
    ['goes on with the server’s when it is behind', -hour, -hour, 0],
    ['goes on with the server’s when it is far ahead', hour, hour, 0],
    ['of another century is put right', -50 * 365 * 24 * hour, -50 * 365 * 24 * hour, 0],
  ])('%s', (_, aheadMs, told, errorMs) => {
    const one = machine(aheadMs)
    one.clock.now()
    expect([one.ask(), one.errorMs()]).toEqual([told, errorMs])
  })

  it('a little ahead goes slower until it is right, and never back', () => {
    const { clock, ask, pass, errorMs } = machine(minute)
    let last = clock.now()
    ask()
    for (let i = 0; i < 180; i++) {
      pass(second)
      const now = clock.now()
      expect(now).toBeGreaterThan(last)
      last = now
    }
    expect(errorMs()).toBe(0)
  })

  it('asked at every millisecond it is no slower than that', () => {
    const { clock, ask, pass, errorMs } = machine(4 * second)
    clock.now()
    ask()
    for (let i = 0; i < 10 * second; i++) {
      pass(1)
      clock.now()
    }
    expect(errorMs()).toBe(0)
  })

  it('is the machine’s own again once that was put right, without a second correction', () => {
    const one = machine(-hour)
    one.ask()
    one.state.aheadMs = 0
    one.pass(minute)
    expect(one.errorMs()).toBe(0)
    expect(one.ask()).toBe(0)
    one.pass(minute)
    expect(one.errorMs()).toBe(0)
  })

  it('a slow answer proves nothing', () => {
    const { clock } = machine(3 * second)
    expect(clock.learn(startMs + 5 * hour, 5 * hour - 4 * second, 5 * hour)).toBe(0)
  })

  it('tells by how much earlier instants were wrong, if they are of the same start of the machine', () => {
    const one = machine(-hour)
    const wrong = one.clock.stamp()
    one.pass(10 * minute)
    one.ask()
    expect(one.clock.shiftOf(wrong)).toBe(hour)
    expect(one.clock.shiftOf(one.clock.stamp())).toBe(0)
    expect(one.clock.shiftOf({ ...wrong, boot: 'another' })).toBe(0)
  })
})
