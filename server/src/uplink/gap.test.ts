import { describe, expect, it } from 'vitest'
import { testDatabase } from '../testing.ts'
import { gapsKept, mergedGaps, type Gap } from './gap.ts'
import { gapsOf, keepGaps } from './gap-store.ts'

const gap = (fromMs: number, untilMs: number, reason: Gap['reason'] = 'spool-full'): Gap => ({
  fromMs,
  untilMs,
  reason,
})

describe('gaps of a collector', () => {
  it.each<[string, Gap[], Gap[]]>([
    ['apart stay apart', [gap(10, 20), gap(30, 40)], [gap(10, 20), gap(30, 40)]],
    ['that touch are one', [gap(10, 20), gap(20, 40)], [gap(10, 40)]],
    ['that lie within another are that one', [gap(10, 40), gap(20, 30)], [gap(10, 40)]],
    [
      'of other reasons are others',
      [gap(10, 20), gap(15, 40, 'queue-damaged')],
      [gap(10, 20), gap(15, 40, 'queue-damaged')],
    ],
    ['that end before they begin are an instant', [gap(10, 5)], [gap(10, 10)]],
    ['come in any order', [gap(30, 40), gap(10, 35)], [gap(10, 40)]],
  ])('%s', (_name, gaps, merged) => {
    expect(mergedGaps(gaps)).toEqual(merged)
  })

  it('are kept by collector, the latest of them', async () => {
    const db = await testDatabase()
    try {
      await keepGaps(db, 'col_1', [gap(10, 20)])
      await keepGaps(db, 'col_2', [gap(1, 2, 'overload')])
      await keepGaps(db, 'col_1', [gap(20, 25), gap(50, 60, 'queue-damaged')])
      expect(await gapsOf(db, 'col_1')).toEqual([gap(10, 25), gap(50, 60, 'queue-damaged')])
      expect(await gapsOf(db, 'col_2')).toEqual([gap(1, 2, 'overload')])
      const many = Array.from({ length: 3 * gapsKept }, (_, i) => gap(1000 + 10 * i, 1001 + 10 * i))
      await keepGaps(db, 'col_1', many)
      expect(await gapsOf(db, 'col_1')).toEqual(many.slice(-gapsKept))
    } finally {
      await db.destroy()
    }
  })
})
