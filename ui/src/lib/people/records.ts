import type { UserDetail } from '@zongheng/server/api.ts'
import type { Key } from '../i18n/index.svelte.ts'

export interface Column {
  key: string
  type: 'text' | 'date' | 'number'
  most?: number
  /** Read only where there is room. */
  wide?: true
}

/** What is kept of certificates and trainings: the same table, read and edited, of other columns. */
export const recordColumns = {
  certificates: [
    { key: 'name', type: 'text', most: 64 },
    { key: 'number', type: 'text', most: 64, wide: true },
    { key: 'issuer', type: 'text', most: 64, wide: true },
    { key: 'issuedOn', type: 'date', wide: true },
    { key: 'expiresOn', type: 'date' },
  ],
  trainings: [
    { key: 'name', type: 'text', most: 64 },
    { key: 'heldOn', type: 'date' },
    { key: 'hours', type: 'number' },
    { key: 'result', type: 'text', most: 64 },
  ],
} as const satisfies Record<string, Column[]>

export type RecordKind = keyof typeof recordColumns
/** A row as it is typed; '' where nothing is known. */
export type TypedRecord = Record<string, string>

export const columnTitle = (key: string) => `users.record.${key}` as Key

export function typedRecords(kind: RecordKind, user: UserDetail): TypedRecord[] {
  return user[kind].map((record) =>
    Object.fromEntries(
      recordColumns[kind].map(({ key }) => [key, String((record as Record<string, unknown>)[key] ?? '')]),
    ),
  )
}

/** For the API: rows without a name are dropped, and of the others what was left empty. */
export function savedRecords(
  kind: RecordKind,
  rows: readonly TypedRecord[],
): Record<string, string | number>[] {
  return rows
    .filter((row) => row.name?.trim())
    .map((row) =>
      Object.fromEntries(
        recordColumns[kind].flatMap(({ key, type }) => {
          const text = row[key]?.trim() ?? ''
          return text ? [[key, type === 'number' ? Number(text) : text]] : []
        }),
      ),
    )
}
