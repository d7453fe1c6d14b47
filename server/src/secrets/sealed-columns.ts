import type { Tables } from '../db/tables.ts'
import type { Purpose } from '../secret-box.ts'

export interface SealedColumn {
  purpose: Purpose
  table: keyof Tables & string
  column: string
  id: 'id' | 'key'
  /** Of a table that holds other things too: the one row. */
  only?: string
}

export const checkKey = 'secret-check'

/** Everything that is sealed in the database. A column that is missing here is lost with the next rotation. */
export const sealedColumns: readonly SealedColumn[] = [
  { purpose: 'credential', table: 'credentials', column: 'secret', id: 'id' },
  { purpose: 'totp', table: 'users', column: 'totp_secret', id: 'id' },
  { purpose: 'provider', table: 'identity_providers', column: 'secret', id: 'id' },
  { purpose: 'channel', table: 'notify_channels', column: 'secret', id: 'id' },
  { purpose: 'mailbox', table: 'mailboxes', column: 'secret', id: 'id' },
  { purpose: 'audit-key', table: 'settings', column: 'value', id: 'key', only: 'audit-key' },
  { purpose: 'check', table: 'settings', column: 'value', id: 'key', only: checkKey },
]
