import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

export const Playbook = Type.Object({
  name: Type.String(),
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  readOnly: Type.Boolean(),
})
export const PlaybookList = Type.Object({ items: Type.Array(Playbook) })

export const NewRun = Type.Object({
  playbook: Type.String({ maxLength: 64 }),
  deviceId: Type.String(),
  alarmId: Type.Optional(Type.String()),
  ticketId: Type.Optional(Type.String()),
})

/** A job handed to a collector: what it was, how far it came. */
export const Job = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.Enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  device: Nullable(Ref),
  playbook: Nullable(Type.String()),
  startedBy: Nullable(Ref),
  createdAt: Instant,
  endedAt: Nullable(Instant),
  error: Nullable(Type.Object({ code: Type.String(), text: Type.String() })),
  transcript: Type.Array(
    Type.Object({ atMs: Instant, step: Type.String(), command: Type.String(), output: Type.String() }),
  ),
})
export type Job = Static<typeof Job>
