import { dayMs } from '@zongheng/inventory/zone.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { AlarmEvent } from './events.ts'
import type { OpenAlarm } from './open-alarm.ts'
import { findAlarms, insertEvents, setAcknowledged, setSuppressed, type AlarmRow } from './store.ts'

export type Flags = Partial<Pick<OpenAlarm, 'isAcknowledged' | 'acknowledgedUntilMs' | 'suppressedUntilMs'>>

interface SayingDeps {
  db: Db
  audit: Pick<AuditTrail, 'write'>
  clock: Clock
}

type Facts = Record<string, string | number | null>

/** Something people say of alarms. */
interface Saying {
  kind: AlarmEvent['kind']
  details: Facts
  action: string
  keep: (tx: Db, row: AlarmRow) => Promise<void>
  before: (row: AlarmRow) => Facts
  after: Facts
  flags: Flags
}

const longestAcknowledgedMs = 31 * dayMs
const longestSuppressedMs = 92 * dayMs

/** What people say of alarms: recorded with the audit trail and the alarm's history, all of the named ones or none. */
export class Sayings {
  readonly #deps: SayingDeps

  constructor(deps: SayingDeps) {
    this.#deps = deps
  }

  /** Somebody has seen it, until then or for good; or takes that back. */
  acknowledge(viewer: Viewer, ids: string[], yes: boolean, untilMs: number | null): Promise<Flags> {
    this.#mustBeLater(untilMs, longestAcknowledgedMs)
    const userId = yes ? viewer.userId : null
    return this.#say(viewer, ids, {
      kind: yes ? 'acknowledged' : 'unacknowledged',
      details: yes ? { until: untilMs } : {},
      action: yes ? 'alarms.acknowledged' : 'alarms.acknowledgement-withdrawn',
      keep: (tx, row) => setAcknowledged(tx, row.id, userId, untilMs, this.#deps.clock()),
      before: (row) => ({ acknowledgedBy: row.acknowledged_by, until: row.acknowledged_until }),
      after: { acknowledgedBy: userId, until: untilMs },
      flags: { isAcknowledged: yes, acknowledgedUntilMs: untilMs },
    })
  }

  /** It says nothing until then; should it come again before, neither does that. Null: it speaks. */
  suppress(viewer: Viewer, ids: string[], by: { untilMs: number; reason: string } | null): Promise<Flags> {
    if (by) this.#mustBeLater(by.untilMs, longestSuppressedMs)
    return this.#say(viewer, ids, {
      kind: by ? 'suppressed' : 'unsuppressed',
      details: by ? { until: by.untilMs, reason: by.reason } : {},
      action: by ? 'alarms.suppressed' : 'alarms.suppression-lifted',
      keep: (tx, row) =>
        setSuppressed(tx, row.id, by && { ...by, userId: viewer.userId }, this.#deps.clock()),
      before: (row) => ({ suppressedBy: row.suppressed_by, until: row.suppressed_until }),
      after: { suppressedBy: by && viewer.userId, until: by?.untilMs ?? null, reason: by?.reason ?? null },
      flags: { suppressedUntilMs: by?.untilMs ?? null },
    })
  }

  async #say(viewer: Viewer, ids: string[], saying: Saying): Promise<Flags> {
    const { db, audit, clock } = this.#deps
    const rows = await findAlarms(db, viewer, ids)
    if (rows.length < ids.length) throw notFound('alarm')
    if (saying.kind === 'suppressed' && rows.some((row) => row.state !== 'firing')) throw isOver()
    const event = { kind: saying.kind, atMs: clock(), details: saying.details }
    await audit.write(async (tx, note) => {
      for (const row of rows) {
        await saying.keep(tx, row)
        await insertEvents(tx, row.id, [event], viewer.userId)
        note({
          action: saying.action,
          entity: { type: 'alarm', id: row.id, name: `${row.entity_name} ${row.condition}` },
          regionId: row.region_id,
          before: saying.before(row),
          after: saying.after,
        })
      }
    })
    return saying.flags
  }

  #mustBeLater(untilMs: number | null, atMostMs: number): void {
    const nowMs = this.#deps.clock()
    if (untilMs === null || (untilMs > nowMs && untilMs <= nowMs + atMostMs)) return
    throw invalid([
      { path: '/until', code: 'range', message: `later than now, by at most ${atMostMs / dayMs} days` },
    ])
  }
}

const isOver = () => conflict('alarm-over', { zh: '告警已经恢复', en: 'The alarm is over' })
