import { SeriesFile } from './file.ts'
import type { SeriesStore } from './contract.ts'

/** Series that are gone with their process, in its own thread: for tests. */
export function memorySeries(): SeriesStore {
  const file = new SeriesFile(':memory:')
  return {
    append: async (mark, columns) => file.append(mark, columns),
    read: async (query) => file.queries.read(query),
    total: async (query) => file.queries.total(query),
    raw: async (keys, period) => file.queries.raw(keys, period),
    last: async (keys, notBeforeMs) => file.queries.last(keys, notBeforeMs),
    top: async (query) => file.queries.top(query),
    keys: async (after, limit) => file.queries.keys(after, limit),
    capacity: async () => file.capacity(),
    close: async () => file.close(),
  }
}
