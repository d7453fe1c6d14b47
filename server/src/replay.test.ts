import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Replay, scenarios } from './replay-testing.ts'
import { testApp, type TestApp } from './testing.ts'

let test: TestApp
let replay: Replay
beforeEach(async () => {
  test = await testApp()
  replay = await Replay.start(test)
})
afterEach(() => test.close())

describe('the scenarios of the demo, replayed', () => {
  it.each(scenarios)('$name: one root, one incident, all resolved in the end', async (scenario) => {
    expect(await replay.roots()).toEqual([])
    await scenario.play(replay)
    expect(await replay.roots()).toEqual(scenario.roots)
    const during = await replay.tickets()
    expect(during.filter(({ state }) => state !== 'resolved' && state !== 'cancelled')).toHaveLength(
      scenario.tickets,
    )
    await scenario.mend(replay)
    expect(await replay.roots()).toEqual([])
    const after = await replay.tickets()
    expect(after).toHaveLength(scenario.tickets)
    expect(after.every(({ state }) => state === 'resolved')).toBe(true)
    const alarms = await replay.alarms()
    expect(alarms.every(({ state }) => state === 'cleared')).toBe(true)
    for (const { id } of alarms) {
      const history = await replay.history(id)
      expect(history[0]).toBe('started')
      expect(history.at(-1)).toBe('cleared')
      expect(history.filter((kind) => kind === 'incident-opened').length).toBeLessThanOrEqual(1)
    }
  })
})
