import { muteOf, type MuteReason } from './muted.ts'
import { detailsOf, type AlarmRow } from './store.ts'

/** Why the alarm of this row says nothing by itself; null while it speaks, or spoke to the end. */
export const mutedByRow = (row: AlarmRow): MuteReason | null =>
  muteOf({
    causeId: row.cause_id,
    isStormed: detailsOf(row).isStormed ?? false,
    windowId: row.window_id,
    suppressedUntilMs: row.suppressed_until,
    isHistorical: row.historical === 1,
  })
