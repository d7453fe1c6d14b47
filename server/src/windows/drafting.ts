/** A window as it is asked for, before it is kept. */
import { newId } from '@zongheng/inventory/id.ts'
import { dayMs } from '@zongheng/inventory/zone.ts'
import { invalid } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { WindowReach } from './reach.ts'
import { longestRecurringMs } from './recurrence.ts'
import type { NewWindow, WindowPatch } from './schema.ts'
import type { Window } from './window-book.ts'

const longestMs = 92 * dayMs

/** Throws `not-found` for what is not the viewer's, `invalid` for a time that cannot be. */
export function draftOf(reach: WindowReach, viewer: Viewer, input: NewWindow, nowMs: number): Window {
  const scopes = [...new Map(input.scopes.map((scope) => [scope.id, scope])).values()]
  for (const scope of scopes) reach.mustCover(viewer, scope)
  const window: Window = {
    id: newId('window', nowMs),
    regionId: reach.regionOver(scopes),
    title: input.title.trim(),
    source: input.source,
    reference: input.reference?.trim() || null,
    carrierId: reach.carrierOf(input.source, input.carrierId ?? null),
    note: input.note?.trim() || null,
    createdBy: viewer.userId,
    createdAtMs: nowMs,
    cancelledAtMs: null,
    scopes,
    startsAtMs: input.startsAt,
    endsAtMs: input.endsAt,
    recurrence: input.recurrence ?? null,
    recursUntilMs: input.recurrence ? (input.recursUntil ?? null) : null,
  }
  mustBeSound(window)
  return window
}

/** Throws `invalid` for an end that is over, or that a recurring one has not. */
export function patchedOf(reach: WindowReach, before: Window, patch: WindowPatch, nowMs: number): Window {
  const after: Window = {
    ...before,
    title: patch.title?.trim() ?? before.title,
    note: patch.note === undefined ? before.note : patch.note,
    reference: patch.reference === undefined ? before.reference : patch.reference,
    carrierId:
      patch.carrierId === undefined ? before.carrierId : reach.carrierOf(before.source, patch.carrierId),
    endsAtMs: patch.endsAt ?? before.endsAtMs,
    recursUntilMs: patch.recursUntil === undefined ? before.recursUntilMs : patch.recursUntil,
  }
  if (patch.endsAt !== undefined && (before.recurrence !== null || patch.endsAt < nowMs)) throw wrongEnd()
  if (patch.recursUntil != null && patch.recursUntil < nowMs) throw wrongEnd()
  mustBeSound(after)
  return after
}

function mustBeSound({ startsAtMs, endsAtMs, recurrence, recursUntilMs }: Window): void {
  const atMost = recurrence ? longestRecurringMs : longestMs
  if (endsAtMs <= startsAtMs || endsAtMs - startsAtMs > atMost)
    throw invalid([{ path: '/endsAt', code: 'range', message: `after startsAt, by at most ${atMost / dayMs} days` }]) // prettier-ignore
  if (recursUntilMs !== null && recursUntilMs < startsAtMs)
    throw invalid([{ path: '/recursUntil', code: 'range', message: 'after startsAt' }])
}

const wrongEnd = () =>
  invalid([
    { path: '/endsAt', code: 'range', message: 'later than now; a recurring one ends by recursUntil' },
  ])
