import { describe, expect, it } from 'vitest'
import { EchoTally, type EchoFigures } from './tally.ts'

const lost = null

describe('a tally of echoes', () => {
  it.each<[name: string, echoes: (number | null)[], expected: Partial<EchoFigures>]>([
    ['of nothing', [], { sent: 0, lost: 0, minMs: null, jitterMs: null, burst: 0 }],
    ['of one answer has no jitter', [4], { sent: 1, lost: 0, minMs: 4, meanMs: 4, maxMs: 4, jitterMs: null }],
    ['has least, mean and most', [1, 2, 6], { minMs: 1, meanMs: 3, maxMs: 6 }],
    ['smooths differences by a sixteenth', [10, 26], { jitterMs: 1 }],
    ['smooths on [RFC 3550 §6.4.1]', [10, 26, 10], { jitterMs: 1 + (16 - 1) / 16 }],
    ['takes a difference over a loss', [10, lost, 26], { jitterMs: 1, lost: 1, burst: 1 }],
    ['knows its longest run of losses', [lost, lost, 1, lost, lost, lost, 1, lost], { lost: 6, burst: 3 }],
    ['of losses alone has no times', [lost, lost], { sent: 2, lost: 2, minMs: null, meanMs: null, burst: 2 }],
  ])('%s', (_, echoes, expected) => {
    const tally = new EchoTally()
    for (const echo of echoes) tally.take(echo)
    expect(tally.read()).toMatchObject(expected)
  })

  it('begins anew when read, but its jitter and its silence go on', () => {
    const tally = new EchoTally()
    for (const echo of [10, 26, lost, lost]) tally.take(echo)
    tally.read()
    tally.take(lost)
    expect([tally.silence, tally.hasAnswered]).toEqual([3, true])
    expect(tally.read()).toMatchObject({ sent: 1, lost: 1, burst: 1, jitterMs: null })
    tally.take(26)
    expect(tally.silence).toBe(0)
    expect(tally.read()).toMatchObject({ sent: 1, minMs: 26, jitterMs: 1 - 1 / 16 })
  })
})
