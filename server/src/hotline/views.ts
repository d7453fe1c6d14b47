import type { EstateModel } from '../estate/model.ts'
import type { HotlineCall } from './schema.ts'
import type { CallRow } from './store.ts'

/** Names by id of what calls mention. */
export interface CallNames {
  users: ReadonlyMap<string, string>
  tickets: ReadonlyMap<string, string>
  model: EstateModel
}

const ref = (id: string | null, names: { get(id: string): string | undefined }) =>
  id === null ? null : { id, name: names.get(id) ?? id }

export function viewCall(row: CallRow, { users, tickets, model }: CallNames): HotlineCall {
  const sites = { get: (id: string) => model.sites.get(id)?.name }
  const number = row.ticket_id === null ? undefined : tickets.get(row.ticket_id)
  return {
    id: row.id,
    callId: row.call_id,
    number: row.number,
    direction: row.direction,
    line: row.line,
    state: stateOf(row),
    region: { id: row.region_id, name: model.regions.get(row.region_id)?.name ?? '' },
    site: ref(row.site_id, sites),
    user: ref(row.user_id, users),
    name: row.name,
    rungFor: ref(row.rung_for, users),
    answeredBy: ref(row.answered_by, users),
    ticket: row.ticket_id === null ? null : { id: row.ticket_id, number: number ?? '' },
    startedAt: row.started_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    note: row.note,
  }
}

function stateOf({ ended_at, answered_at, direction }: CallRow): HotlineCall['state'] {
  if (ended_at === null) return answered_at === null ? 'ringing' : 'talking'
  return answered_at === null && direction === 'in' ? 'missed' : 'ended'
}
