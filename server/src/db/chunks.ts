/** SQLite takes at most 32,766 values a statement. */
const rowsPerInsert = 1000

export function* inChunks<T>(rows: T[]): Generator<T[]> {
  for (let i = 0; i < rows.length; i += rowsPerInsert) yield rows.slice(i, i + rowsPerInsert)
}
