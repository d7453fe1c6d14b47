import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

export const actorKinds = ['person', 'token', 'playbook', 'collector', 'command', 'system'] as const

export const AuditRecord = Type.Object({
  seq: Type.Integer(),
  id: Type.String(),
  at: Instant,
  actor: Type.Object({
    kind: Type.Enum([...actorKinds]),
    id: Nullable(Type.String()),
    name: Type.String(),
    address: Nullable(Type.String()),
  }),
  /** `<module>.<verb>` */
  action: Type.String(),
  entity: Nullable(Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() })),
  region: Nullable(Ref),
  reason: Nullable(Type.String()),
  requestId: Nullable(Type.String()),
})
export type AuditRecord = Static<typeof AuditRecord>
/** With both sides of the change, secrets masked, and its place in the chain. */
export const AuditRecordDetail = Type.Object({
  ...AuditRecord.properties,
  before: Type.Unknown(),
  after: Type.Unknown(),
  hash: Type.String(),
})
export type AuditRecordDetail = Static<typeof AuditRecordDetail>
export const AuditPage = Page(AuditRecord)
export const auditFilter = {
  from: Type.Optional(Instant),
  until: Type.Optional(Instant),
  actorId: Type.Optional(Type.String({ maxLength: 40 })),
  actorKind: Type.Optional(Type.Enum([...actorKinds])),
  /** An action, or a module with all of its own: `estate.device-changed`, `estate`. */
  action: Type.Optional(Type.String({ maxLength: 64, pattern: '^[a-z]+([.][a-z-]+)?$' })),
  entityId: Type.Optional(Type.String({ maxLength: 40 })),
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
  /** Part of the actor's or the entity's name, of the address or of the reason. */
  q: Type.Optional(Type.String({ maxLength: 64 })),
}
export const AuditQuery = Type.Object({ ...paging, ...auditFilter })
export type AuditQuery = Static<typeof AuditQuery>
export const AuditExportQuery = Type.Object(auditFilter)
export type AuditFilter = Static<typeof AuditExportQuery>
export const SeqParams = Type.Object({ seq: Type.Integer({ minimum: 1 }) })

/** Newest first. */
export const AuditArchive = Type.Object({
  id: Type.String(),
  firstSeq: Type.Integer(),
  lastSeq: Type.Integer(),
  firstAt: Instant,
  lastAt: Instant,
  file: Type.String(),
  sha256: Type.String(),
  createdAt: Instant,
})
export type AuditArchive = Static<typeof AuditArchive>
export const AuditArchiveList = Type.Object({ items: Type.Array(AuditArchive) })

/** What a look at the whole chain found; `problem` is the first thing that is wrong. */
export const AuditVerdict = Type.Object({
  ok: Type.Boolean(),
  records: Type.Integer(),
  fromSeq: Type.Integer(),
  untilSeq: Type.Integer(),
  archives: Type.Integer(),
  problem: Nullable(
    Type.Object({
      seq: Type.Integer(),
      /** changed; missing; out of order; forged (its seal is not ours); cut off at the end. */
      kind: Type.Enum([
        'changed',
        'missing',
        'order',
        'forged',
        'truncated',
        'archive-missing',
        'archive-changed',
      ]),
      text: Type.String(),
    }),
  ),
  checkedAt: Instant,
})
export type AuditVerdict = Static<typeof AuditVerdict>
