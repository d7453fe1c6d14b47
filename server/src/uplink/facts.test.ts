import { describe, expect, it } from 'vitest'
import { knownFacts } from './facts.ts'

const gap = { kind: 'gap', fromMs: 1, untilMs: 2, reason: 'spool-full' }

describe('facts of a collector', () => {
  it.each([
    ['those known here', [gap, gap], [gap, gap]],
    ['none of a kind that only a newer one knows', [gap, { kind: 'weather', sky: 'blue' }], [gap]],
    ['nothing at all', [], []],
  ])('are taken: %s', (_name, told, taken) => expect(knownFacts(told)).toEqual(taken))

  it.each([
    ['no list', { kind: 'gap' }],
    ['one without a kind', [gap, {}]],
    ['null among them', [null]],
    ['a text among them', ['gap']],
    ['a known kind with something else inside', [{ ...gap, fromMs: 'yesterday' }]],
  ])('are refused whole: %s', (_name, told) => expect(knownFacts(told)).toBeNull())
})
