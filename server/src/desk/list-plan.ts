/** By which index a list of tickets is read: one that is chosen here, not by what a planner guesses of a million rows. Pure. */
import { isOpenOnly, sortOf, statesOf, type ListSort, type TicketFilter } from './list-filter.ts'

export const narrowingColumns = [
  'requester_id',
  'site_id',
  'parent_id',
  'assignee_id',
  'team_id',
  'region_id',
  'category',
  'state',
  'channel',
  'priority',
  'kind',
] as const
export type Column = (typeof narrowingColumns)[number]

/** Any of these values; null: none. */
export type Wanted = Partial<Record<Column, readonly (string | null)[]>>

/** The columns that lead an index followed by the sort: of each value a page is read, and the pages are merged. */
const sortedBy: Record<'open' | 'all', ReadonlySet<Column>> = {
  open: new Set(),
  all: new Set(['team_id', 'region_id']),
}
/** Led by `updated` alone: another order is sorted for, as long as that is little. */
const sortedByUpdated: ReadonlySet<Column> = new Set(['assignee_id', 'category', 'state', 'channel', 'priority', 'kind']) // prettier-ignore

/** Of what is open all is little: an index alone is read for the rest. */
const leadsOpen: readonly Column[] = ['assignee_id', 'requester_id', 'site_id', 'parent_id', 'team_id', 'region_id'] // prettier-ignore

/** More regions are most of the province: then all is read in its order. */
export const mergedAtMost = 100

export interface Plan {
  isOpen: boolean
  sort: ListSort
  lead: Column | null
  /** Each value of the lead is read by itself. */
  isMerged: boolean
  /** The lead has to be little, or another way is better. */
  isUnsure: boolean
}

/** `hasIds`: a short list of ids, by words or by a tag, leads already. */
export function planOf(filter: TicketFilter, wanted: Wanted, hasIds: boolean): Plan {
  const isOpen = isOpenOnly(filter)
  const sort = sortOf(filter)
  const lead = hasIds ? null : isOpen ? leadOfOpen(wanted) : leadOfAll(wanted)
  const isMerged = lead !== null && sortedBy[isOpen ? 'open' : 'all'].has(lead)
  const isUnsure = !isOpen && lead !== null && sort !== 'updated' && sortedByUpdated.has(lead)
  return { isOpen, sort, lead, isMerged, isUnsure }
}

const isFew = (values: readonly unknown[] | undefined) => values !== undefined && values.length <= mergedAtMost // prettier-ignore

const leadOfOpen = (wanted: Wanted): Column | null =>
  leadsOpen.find((column) => isFew(wanted[column]) && !wanted[column]!.includes(null)) ?? null

/** What most rows have leads to nothing. */
const isCommon: Partial<Record<Column, string>> = { kind: 'incident', state: 'closed' }

const leadOfAll = (wanted: Wanted): Column | null => {
  const asked = narrowingColumns.filter((column) => isFew(wanted[column]))
  const rare = asked.find((column) => wanted[column]!.length === 1 || column === 'region_id' ? !isEvery(column, wanted) : false) // prettier-ignore
  return rare ?? null
}

const isEvery = (column: Column, wanted: Wanted) =>
  isCommon[column] !== undefined && wanted[column]![0] === isCommon[column]

export const wantedOf = (filter: TicketFilter, regionIds: readonly string[] | null): Wanted => {
  const one = (value: string | null | undefined) => (value === undefined ? undefined : [value])
  const wanted: Record<Column, readonly (string | null)[] | undefined> = {
    requester_id: one(filter.requesterId),
    site_id: one(filter.siteId),
    parent_id: one(filter.parentId),
    assignee_id: one(filter.assigneeId),
    team_id: one(filter.teamId),
    region_id: regionIds ?? undefined,
    category: one(filter.category),
    state: statesOf(filter),
    channel: one(filter.channel),
    priority: one(filter.priority),
    kind: one(filter.kind),
  }
  return Object.fromEntries(Object.entries(wanted).filter(([, values]) => values !== undefined))
}
