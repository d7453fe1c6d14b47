/** What a planned change meets: windows, other changes, freezes, video conferences. */
import type { Span } from '../windows/recurrence.ts'

/** `entities`: named by both; `adjacent`: next to each other; `frozen`; `cut`: its site would be; `bare`: its site would hang on one line. */
export const conflictReasons = ['entities', 'adjacent', 'frozen', 'cut', 'bare'] as const
export type ConflictReason = (typeof conflictReasons)[number]

export interface Conflict {
  kind: 'window' | 'change' | 'freeze' | 'booking'
  id: string
  title: string
  fromMs: number
  untilMs: number
  why: ConflictReason
  /** What both concern. */
  entityIds: string[]
  /** A change may not be scheduled over it; an emergency may. */
  forbids: boolean
}

/** A change as others may meet it. */
export interface Planned extends Span {
  id: string | null
  entityIds: readonly string[]
  /** Each of them with what it is part of and where it stands. */
  within: ReadonlySet<string>
  /** What hangs on the same lines. */
  beside: ReadonlySet<string>
  /** Paths of the regions it stands in. */
  regionPaths: readonly string[]
  cutSiteIds: ReadonlySet<string>
  bareSiteIds: ReadonlySet<string>
}

export interface Occupied extends Span {
  id: string
  title: string
  entityIds: readonly string[]
  /** Each of them with what it is part of; empty for what is held at sites. */
  within: ReadonlySet<string>
}

export interface Surroundings {
  windows: readonly Occupied[]
  changes: readonly Occupied[]
  bookings: readonly Occupied[]
  freezes: readonly (Span & { id: string; title: string; regionPath: string })[]
}

const overlaps = (a: Span, b: Span) => a.fromMs < b.untilMs && b.fromMs < a.untilMs

/** Forbidding ones first, then in order of time. */
export function conflictsOf(planned: Planned, around: Surroundings): Conflict[] {
  const frozen = around.freezes
    .filter(({ regionPath }) => planned.regionPaths.some((path) => path.startsWith(regionPath)))
    .map((freeze) => found(freeze, 'freeze', 'frozen', []))
  const windows = around.windows.flatMap((one) => metBy(planned, one, 'window'))
  const changes = around.changes
    .filter(({ id }) => id !== planned.id)
    .flatMap((one) => metBy(planned, one, 'change'))
  const bookings = around.bookings.flatMap((one) => disturbed(planned, one))
  return [...frozen, ...windows, ...changes, ...bookings]
    .filter((one) => overlaps(planned, one))
    .sort((a, b) => Number(b.forbids) - Number(a.forbids) || a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1))
}

function metBy(planned: Planned, other: Occupied, kind: 'window' | 'change'): Conflict[] {
  const above = other.entityIds.filter((id) => planned.within.has(id))
  const below = planned.entityIds.filter((id) => other.within.has(id))
  const same = [...new Set([...above, ...below])]
  if (same.length > 0) return [found(other, kind, 'entities', same)]
  const next = other.entityIds.filter((id) => planned.beside.has(id))
  return next.length > 0 ? [found(other, kind, 'adjacent', next)] : []
}

function disturbed(planned: Planned, booking: Occupied): Conflict[] {
  const cut = booking.entityIds.filter((id) => planned.cutSiteIds.has(id) || planned.entityIds.includes(id))
  if (cut.length > 0) return [found(booking, 'booking', 'cut', cut)]
  const bare = booking.entityIds.filter((id) => planned.bareSiteIds.has(id))
  return bare.length > 0 ? [found(booking, 'booking', 'bare', bare)] : []
}

const found = (
  { id, title, fromMs, untilMs }: Span & { id: string; title: string },
  kind: Conflict['kind'],
  why: ConflictReason,
  entityIds: string[],
): Conflict => ({ kind, id, title, fromMs, untilMs, why, entityIds, forbids: why === 'frozen' })
