import { afterEach, beforeEach, expect, it } from 'vitest'
import { smallProvince } from '../state/testing.ts'
import type { Db } from '../db/database.ts'
import type { LatePiece } from '../state/late-piece.ts'
import { testDatabase } from '../testing.ts'
import { recordPast } from './past.ts'

let db: Db
beforeEach(async () => (db = await testDatabase()))
afterEach(() => db.destroy())

const state = { model: smallProvince(), nameOf: (id: string) => id }
const minute = 60_000
const piece = (is: string, from: number, until: number): LatePiece => ({
  entityId: '市-甲县', entityType: 'link', regionId: '甲县', state: is, fromMs: from * minute, untilMs: until * minute, evidence: [],
}) // prettier-ignore
const record = (...pieces: LatePiece[]) => recordPast(db, pieces, state, 1000 * minute)
const kept = () => db.selectFrom('alarms').selectAll().orderBy('started_at').execute()

it('an outage that nobody saw is one cleared, historical alarm, as grave as it got, told twice or not', async () => {
  const outage = [
    piece('on-backup', 10, 12),
    piece('down', 12, 15),
    piece('on-backup', 15, 16),
    piece('normal', 16, 40),
  ]
  await record(...outage)
  await record(...outage)
  expect(await kept()).toMatchObject([
    {
      state: 'cleared',
      historical: 1,
      severity: 'critical',
      started_at: 10 * minute,
      cleared_at: 16 * minute,
    },
  ])
  await record(piece('down', 60, 61))
  expect(await kept()).toHaveLength(2)
})

it('nothing for what was too short to be told of, or for what somebody saw', async () => {
  await record({ ...piece('down', 10, 10), untilMs: 10 * minute + 5000 })
  expect(await kept()).toEqual([])
  await record(piece('down', 20, 30))
  await db.updateTable('alarms').set({ historical: 0 }).execute()
  expect(await record(piece('down', 25, 28))).toEqual([])
})
