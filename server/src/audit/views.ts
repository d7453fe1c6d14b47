/** Rows as the API shows them. */
import type { AuditArchive, AuditRecord, AuditRecordDetail } from './schema.ts'
import type { ArchiveRow, FoundRow } from './store.ts'

export const recordView = (row: FoundRow): AuditRecord => ({
  seq: row.seq,
  id: row.id,
  at: row.at,
  actor: {
    kind: row.actor_kind as AuditRecord['actor']['kind'],
    id: row.actor_id,
    name: row.actor_name,
    address: row.address,
  },
  action: row.action,
  entity: row.entity_id === null ? null : { type: row.entity_type ?? '', id: row.entity_id, name: row.entity_name ?? '' }, // prettier-ignore
  region: row.region_id === null ? null : { id: row.region_id, name: row.region_name ?? row.region_id },
  reason: row.reason,
  requestId: row.request_id,
})

export const detailView = (row: FoundRow): AuditRecordDetail => ({
  ...recordView(row),
  before: row.before === null ? null : (JSON.parse(row.before) as unknown),
  after: row.after === null ? null : (JSON.parse(row.after) as unknown),
  hash: row.hash,
})

export const archiveView = (row: ArchiveRow): AuditArchive => ({
  id: row.id,
  firstSeq: row.first_seq,
  lastSeq: row.last_seq,
  firstAt: row.first_at,
  lastAt: row.last_at,
  file: row.file,
  sha256: row.sha256,
  createdAt: row.created_at,
})
