import { ProblemError } from '../http/problem.ts'
import type { SeriesStore } from './contract.ts'
import { SeriesStoreAway } from './stores/away.ts'

/** What is read of a store for somebody who waits: that it is away is told as a problem. */
export type SeriesReader = Omit<SeriesStore, 'append' | 'close'>

export const seriesReader = (store: SeriesStore): SeriesReader => ({
  read: (query) => answering(store.read(query)),
  total: (query) => answering(store.total(query)),
  raw: (keys, period) => answering(store.raw(keys, period)),
  last: (keys, notBeforeMs) => answering(store.last(keys, notBeforeMs)),
  top: (query) => answering(store.top(query)),
  keys: (after, limit) => answering(store.keys(after, limit)),
  capacity: () => answering(store.capacity()),
})

async function answering<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof SeriesStoreAway)) throw error
    throw new ProblemError(503, 'series-store-away')
  }
}
