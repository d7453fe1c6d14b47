import { describe, expect, it } from 'vitest'
import { bandPieces, type BandSpan } from './band.ts'

const frame = { from: 0, until: 1000, width: 100, height: 20 }
const span = (state: string, fromAt: number, untilAt: number | null): BandSpan => ({ state, fromAt, untilAt })
const tenth = (n: number) => Math.round(n * 10) / 10
const shape = (spans: BandSpan[]) =>
  bandPieces(spans, frame)
    .sort((a, b) => a.x - b.x)
    .map(({ state, x, width, height }) => [state, tenth(x), tenth(width), height])

describe('a state band', () => {
  it.each<[string, BandSpan[], unknown[]]>([
    ['is unknown where nothing is recorded', [], [['unknown', 0, 100, 20]]],
    ['shows normal low', [span('normal', 0, null)], [['normal', 0, 100, 7]]],
    [
      'fills gaps with unknown',
      [span('normal', 0, 400), span('down', 500, null)],
      [
        ['normal', 0, 40, 7],
        ['unknown', 40, 10, 20],
        ['down', 50, 50, 20],
      ],
    ],
    ['cuts what lies outside', [span('down', -500, 5000)], [['down', 0, 100, 20]]],
    [
      'never lets a short outage vanish',
      [span('normal', 0, 500), span('down', 500, 501), span('normal', 501, null)],
      [
        ['normal', 0, 50, 7],
        ['down', 50, 1.2, 20],
        ['normal', 50.1, 49.9, 7],
      ],
    ],
    [
      'keeps an outage at the very end within the frame',
      [span('normal', 0, 999), span('down', 999, null)],
      [
        ['normal', 0, 99.9, 7],
        ['down', 98.8, 1.2, 20],
      ],
    ],
    [
      'takes the earlier of two that overlap',
      [span('normal', 0, 600), span('down', 300, 600)],
      [
        ['normal', 0, 60, 7],
        ['unknown', 60, 40, 20],
      ],
    ],
  ])('%s', (_, spans, pieces) => expect(shape(spans)).toEqual(pieces))

  it('draws the worst last, over what followed it', () => {
    const pieces = bandPieces(
      [span('normal', 0, 500), span('down', 500, 501), span('normal', 501, null)],
      frame,
    )
    expect(pieces.at(-1)?.state).toBe('down')
  })
})
