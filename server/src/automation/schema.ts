import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

export const Playbook = Type.Object({
  name: Type.String(),
  title: Type.Object({ zh: Type.String(), en: Type.String() }),
  readOnly: Type.Boolean(),
})
export type Playbook = Static<typeof Playbook>
export const PlaybookList = Type.Object({ items: Type.Array(Playbook) })

export const NewRun = Type.Object({
  playbook: Type.String({ maxLength: 64 }),
  deviceId: Type.String({ maxLength: 40 }),
  alarmId: Type.Optional(Type.String({ maxLength: 40 })),
  ticketId: Type.Optional(Type.String({ maxLength: 40 })),
  /** What the playbook asks for, by its inputs' names. */
  inputs: Type.Optional(
    Type.Record(Type.String({ maxLength: 32 }), Type.String({ maxLength: 200 }), { maxProperties: 20 }),
  ),
})
export type NewRun = Static<typeof NewRun>

/** How to sign in on a device; shown to nobody afterwards. A password, a private key (OpenSSH or PEM), or both. */
export const SshCredentialInput = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  privateKey: Type.Optional(Type.String({ minLength: 1, maxLength: 16_384 })),
  /** For the level above, where the command line asks for one. */
  enablePassword: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, default: 22 })),
})
export type SshCredentialInput = Static<typeof SshCredentialInput>

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
  /** Of a check that was run once. */
  check: Nullable(
    Type.Object({
      outcome: Type.Object({
        ok: Type.Boolean(),
        code: Type.String(),
        values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
      }),
      metrics: Type.Record(Type.String(), Type.Number()),
    }),
  ),
  transcript: Type.Array(
    Type.Object({ atMs: Instant, step: Type.String(), command: Type.String(), output: Type.String() }),
  ),
})
export type Job = Static<typeof Job>
