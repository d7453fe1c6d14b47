import { SeriesFile } from './file.ts'
import type { SeriesStore } from './store.ts'

/** Series that are gone with their process, in its own thread: for tests. */
export function memorySeries(): SeriesStore {
  const file = new SeriesFile(':memory:')
  return {
    append: async (mark, columns) => file.append(mark, columns),
    read: async (query) => file.read(query),
    total: async (query) => file.total(query),
    raw: async (keys, period) => file.raw(keys, period),
    last: async (keys, notBeforeMs) => file.last(keys, notBeforeMs),
    top: async (query) => file.top(query),
    keys: async (after, limit) => file.keys(after, limit),
    capacity: async () => file.capacity(),
    close: async () => file.close(),
  }
}
