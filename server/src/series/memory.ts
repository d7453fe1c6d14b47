import { SeriesFile } from './file.ts'
import type { SeriesStore } from './store.ts'

/** Series that are gone with their process, in its own thread: for tests. */
export function memorySeries(): SeriesStore {
  const file = new SeriesFile(':memory:')
  return {
    append: async (mark, columns) => file.append(mark, columns),
    read: async (query) => file.read(query),
    total: async (query) => file.total(query),
    close: async () => file.close(),
  }
}
