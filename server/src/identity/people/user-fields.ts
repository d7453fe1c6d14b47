import type { Updateable } from 'kysely'
import { Clean, Clone } from 'typebox/value'
import type { Tables } from '../../db/tables.ts'
import { UserPatch } from '../admin-schema.ts'
import type { UserRow } from './user-store.ts'

/** What administrators write of a user, and its columns; lists are kept as JSON. */
const columns = {
  displayName: 'display_name',
  regionId: 'region_id',
  phone: 'phone',
  email: 'email',
  post: 'post',
  skills: 'skills',
  certificates: 'certificates',
  trainings: 'trainings',
} as const satisfies Record<keyof UserPatch, keyof UserRow>
const lists: ReadonlySet<string> = new Set(['skills', 'certificates', 'trainings'])

/** Whatever else a request carries, however deep, is dropped. */
export const known = (patch: UserPatch): UserPatch => Clean(UserPatch, Clone(patch)) as UserPatch

export function columnsOf(patch: UserPatch): Updateable<Tables['users']> {
  const entries = Object.entries(known(patch)).map(([name, value]) => [
    columns[name as keyof UserPatch],
    lists.has(name) ? JSON.stringify(value) : value,
  ])
  return Object.fromEntries(entries) as Updateable<Tables['users']>
}

/** The same, read back. */
export function fieldsOf(row: UserRow): UserPatch {
  const entries = Object.entries(columns).map(([name, column]) => [
    name,
    lists.has(name) ? (JSON.parse(row[column]!) as unknown) : row[column],
  ])
  return Object.fromEntries(entries) as UserPatch
}
