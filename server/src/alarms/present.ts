/** Rows of alarms as the API shows them. */
import { isBuiltIn, type AlarmState, type Condition } from '@zongheng/inventory/condition.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { StateService } from '../state/service.ts'
import { mutedByRow } from './row-mute.ts'
import type { Alarm, AlarmDetail } from './schema.ts'
import { detailsOf, type AlarmRow } from './store.ts'

export interface AroundAlarms {
  state: Pick<StateService, 'model'>
  windowTitle: (id: string) => string | null
  tickets: Map<string, Alarm['ticket']>
  /** How many each explains. */
  children: Map<string, number>
  people: Map<string, string>
}

export function alarmView(row: AlarmRow, around: AroundAlarms): Alarm {
  const { regions, sites } = around.state.model
  const { siteId, values } = detailsOf(row)
  const site = sites.get(siteId ?? '')
  const person = (id: string | null) => (id === null ? null : { id, name: around.people.get(id) ?? id })
  return {
    id: row.id,
    entity: { type: row.entity_type as Alarm['entity']['type'], id: row.entity_id, name: row.entity_name },
    region: { id: row.region_id, name: regions.get(row.region_id)?.name ?? '' },
    site: site ? { id: site.id, name: site.name } : null,
    condition: row.condition as Condition,
    severity: row.severity as Severity,
    state: row.state as AlarmState,
    causeId: row.cause_id,
    flapping: row.flapping === 1,
    raised: row.raised,
    values,
    startedAt: row.started_at,
    firedAt: row.fired_at,
    clearedAt: row.cleared_at,
    acknowledgedBy: person(row.acknowledged_by),
    acknowledgedAt: row.acknowledged_at,
    acknowledgedUntil: row.acknowledged_until,
    suppressed:
      row.suppressed_until === null
        ? null
        : {
            by: person(row.suppressed_by),
            at: row.suppressed_at,
            until: row.suppressed_until,
            reason: row.suppressed_reason,
          },
    window: row.window_id ? { id: row.window_id, name: around.windowTitle(row.window_id) ?? '' } : null,
    historical: row.historical === 1,
    muted: mutedByRow(row),
    children: around.children.get(row.id) ?? 0,
    ticket: around.tickets.get(row.id) ?? null,
  }
}

/** ITU-T X.733 §8.1: what other managers call it. */
export function x733Of({ condition, severity, state }: AlarmRow): AlarmDetail['x733'] {
  const about = isBuiltIn(condition as Condition) ? builtIn(condition as Parameters<typeof builtIn>[0]) : null
  return {
    perceivedSeverity: state === 'cleared' ? 'cleared' : (severity as Severity),
    eventType: about?.event ?? 'quality-of-service',
    probableCause: about?.cause ?? 'thresholdCrossed',
  }
}
