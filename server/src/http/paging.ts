import { sql, type Expression, type SelectQueryBuilder, type SqlBool } from 'kysely'
import { ProblemError } from './problem.ts'

export interface Paging {
  limit?: number
  cursor?: string
}

/** A column the list is sorted by, `table.column`; the row carries it as `column`, or under `as`. Never null. */
export interface SortKey {
  column: string
  as?: string
  direction?: 'asc' | 'desc'
  /** An instant or a count; a text otherwise. */
  isInteger?: true
}

export interface PageOf<T> {
  items: T[]
  next: string | null
}

type KeyValue = string | number

const defaultLimit = 50

/** A cursor is the last row's sort keys. */
export function encodeCursor(values: KeyValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** Throws `bad-cursor` for anything but a cursor with `count` keys. */
export function decodeCursor(cursor: string, count: number): KeyValue[] {
  const values = parsed(Buffer.from(cursor, 'base64url').toString('utf8'))
  const sound = Array.isArray(values) && values.length === count && values.every(isKeyValue)
  if (!sound) throw new ProblemError(400, 'bad-cursor')
  return values as KeyValue[]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isKeyValue = (value: unknown) => typeof value === 'string' || Number.isFinite(value)

/**
 * One page of a query by its sort keys, the last of them unique. Rows that come or go meanwhile move nobody else's page.
 * The query selects the sort columns and sets neither order nor limit.
 */
export async function keysetPage<DB, TB extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  paging: Paging,
  keys: SortKey[],
): Promise<PageOf<Row>> {
  const limit = paging.limit ?? defaultLimit
  let page = query
  if (paging.cursor) page = page.where(after(keys, valuesOf(keys, paging.cursor)))
  for (const key of keys) page = page.orderBy(sql.ref(key.column), key.direction ?? 'asc')
  const rows = await page.limit(limit + 1).execute()
  return cut(rows, limit, (row) => keys.map((key) => (row as Record<string, KeyValue>)[nameInRow(key)]!))
}

/** PostgreSQL compares no number with a text, and takes no NUL in one. */
function valuesOf(keys: SortKey[], cursor: string): KeyValue[] {
  const values = decodeCursor(cursor, keys.length)
  const fits = (value: KeyValue, { isInteger }: SortKey) =>
    isInteger ? Number.isSafeInteger(value) : typeof value === 'string' && !value.includes('\0')
  if (!values.every((value, i) => fits(value, keys[i]!))) throw new ProblemError(400, 'bad-cursor')
  return values
}

/** As many as are read at a time while a list is filtered by what its table does not know. */
const scanned = 200

/** A page of those that `isWanted`: pages are read until there are enough of them. */
export async function filteredPage<T>(
  { limit = defaultLimit, cursor }: Paging,
  read: (paging: Paging) => Promise<PageOf<T>>,
  isWanted: (item: T) => boolean,
  keysOf: (item: T) => KeyValue[],
): Promise<PageOf<T>> {
  const found: T[] = []
  for (let next: string | null | undefined = cursor; found.length <= limit && next !== null;) {
    const page: PageOf<T> = await read({ limit: scanned, ...(next !== undefined && { cursor: next }) })
    found.push(...page.items.filter(isWanted))
    next = page.next
  }
  return cut(found, limit, keysOf)
}

/** One page of a list in memory. `key` gives each item's sort keys, the last unique. */
export function pageOfItems<T>(
  items: Iterable<T>,
  paging: Paging,
  key: (item: T) => KeyValue[],
  direction: 'asc' | 'desc' = 'asc',
): PageOf<T> {
  const sign = direction === 'asc' ? 1 : -1
  const sorted = [...items].map((item) => ({ item, key: key(item) }))
  sorted.sort((a, b) => sign * compare(a.key, b.key))
  const width = sorted[0]?.key.length
  const last = paging.cursor && width ? decodeCursor(paging.cursor, width) : undefined
  const rest = last ? sorted.filter((entry) => sign * compare(entry.key, last) > 0) : sorted
  const page = cut(rest, paging.limit ?? defaultLimit, (entry) => entry.key)
  return { items: page.items.map((entry) => entry.item), next: page.next }
}

function compare(a: KeyValue[], b: KeyValue[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i]!
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

function cut<T>(rows: T[], limit: number, keyOf: (row: T) => KeyValue[]): PageOf<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null }
}

const nameInRow = (key: SortKey) => key.as ?? key.column.slice(key.column.lastIndexOf('.') + 1)

/** (k1 > v1) or (k1 = v1 and (k2 > v2 or …)), each in its direction. */
function after(keys: SortKey[], values: KeyValue[]): Expression<SqlBool> {
  const [key, ...restKeys] = keys as [SortKey, ...SortKey[]]
  const [value, ...restValues] = values as [KeyValue, ...KeyValue[]]
  const column = sql.ref(key.column)
  const beyond =
    key.direction === 'desc' ? sql<SqlBool>`${column} < ${value}` : sql<SqlBool>`${column} > ${value}`
  if (restKeys.length === 0) return beyond
  return sql<SqlBool>`(${beyond} or (${column} = ${value} and ${after(restKeys, restValues)}))`
}
