import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Replay, scenarios } from './replay-testing.ts'
import { testApp, type TestApp } from './testing.ts'

let test: TestApp
let replay: Replay
beforeEach(async () => {
  test = await testApp()
})
afterEach(async () => {
  await replay.close()
  await test.close()
})

describe('the scenarios of the demo, replayed', () => {
  it.each(scenarios)('$name: one root, one incident, all resolved in the end', async (scenario) => {
    replay = await Replay.start(test, scenario.counties)
    expect(await replay.roots()).toEqual([])
    await scenario.play(replay)
    expect(await replay.roots()).toEqual(scenario.roots)
    const during = await replay.tickets()
    expect(during.filter(({ state }) => state !== 'resolved' && state !== 'cancelled')).toHaveLength(
      scenario.tickets,
    )
    const pages = scenario.pages ?? scenario.roots.length
    expect(await replay.pages()).toHaveLength(pages)
    await scenario.mend(replay)
    expect(await replay.roots()).toEqual([])
    const after = await replay.tickets()
    expect(after).toHaveLength(scenario.tickets)
    expect(after.every(({ state }) => state === 'resolved')).toBe(true)
    const told = await replay.pages()
    expect(told).toHaveLength(pages)
    expect(told.every(({ state }) => state === 'closed')).toBe(true)
    const alarms = await replay.alarms()
    const explained = alarms.filter(({ causeId }) => causeId !== null).map(({ condition }) => condition)
    expect(explained).toEqual(expect.arrayContaining(scenario.explained ?? []))
    if (scenario.explained) expect(explained).toHaveLength(scenario.explained.length)
    expect(alarms.every(({ state }) => state === 'cleared')).toBe(true)
    for (const { id } of alarms) {
      const history = await replay.history(id)
      expect(history[0]).toBe('started')
      expect(history.at(-1)).toBe('cleared')
      expect(history.filter((kind) => kind === 'incident-opened').length).toBeLessThanOrEqual(1)
    }
  })

  const isLong = process.env.LONG === '1'
  const restarted = isLong ? scenarios : scenarios.filter(({ name }) => /ports|power|router/.test(name))
  const instants = isLong ? [5, 35, 95, 155, 245] : [155]
  it.each(restarted.flatMap((scenario) => instants.map((afterS) => ({ ...scenario, afterS }))))(
    '$name, with another process from $afterS s on: no alarm is lost, none is told twice',
    async (scenario) => {
      replay = await Replay.start(test, scenario.counties)
      replay.restartIn(scenario.afterS)
      await scenario.play(replay)
      expect(await replay.roots()).toEqual(scenario.roots)
      const before = await replay.alarms()
      const pages = await replay.pages()
      expect(pages).toHaveLength(scenario.pages ?? scenario.roots.length)
      await replay.restart()
      await replay.minutes(2)
      const ids = before.map(({ id }) => id)
      expect((await replay.alarms()).map(({ id }) => id)).toEqual(ids)
      expect(await replay.pages()).toEqual(pages)
      replay.restartIn(20)
      await scenario.mend(replay)
      const after = await replay.alarms()
      expect(after.map(({ id }) => id)).toEqual(ids)
      expect(after.every(({ state }) => state === 'cleared')).toBe(true)
      expect(await replay.pages()).toEqual(pages.map((page) => ({ ...page, state: 'closed' })))
      expect(await replay.tickets()).toHaveLength(scenario.tickets)
    },
  )
})
