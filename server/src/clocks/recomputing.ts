import type { Db } from '../db/database.ts'
import type { ClockKeeper } from './keeper.ts'
import { clockOfRow, columnsOf, ruleNow } from './life.ts'
import type { KeptRule, Rulebook } from './rulebook.ts'
import { openClocks, refreshClock, type ClockRow } from './store.ts'

const rowsAtOnce = 2000

/** What is due of a clock by the calendars as they are now; null: as it was. */
function refit(row: ClockRow, kept: KeptRule, book: Rulebook, nowMs: number) {
  const set = columnsOf(clockOfRow(row, book.ruleOf(kept)), row.measure, row.warned, nowMs)
  return set.due_at === row.due_at && set.next_at === row.next_at ? null : set
}

/** Looks up anew when every open clock of these rules ends: O(open clocks). Answers how many were another. */
export async function recompute(
  db: Db,
  keeper: Pick<ClockKeeper, 'freshBook' | 'tellDueOf'>,
  nowMs: number,
  concerns: (rule: KeptRule) => boolean,
): Promise<number> {
  const book = await keeper.freshBook(db)
  let changed = 0
  for (let after = ''; ;) {
    const rows = await openClocks(db, after, rowsAtOnce)
    for (const row of rows) {
      const kept = ruleNow(row)
      const set = concerns(kept) ? refit(row, kept, book, nowMs) : null
      // whoever changed it meanwhile looked it up themselves
      if (!set || !(await refreshClock(db, row, set))) continue
      changed++
      await keeper.tellDueOf(db, row.ticket_id)
    }
    if (rows.length < rowsAtOnce) return changed
    after = rows.at(-1)!.id
  }
}
