import type { Db } from '../db/database.ts'
import * as store from './store.ts'

/** Records of a kind in order of id, after that one; an empty page is the end. */
export type Source = (after: string, limit: number, db: Db) => Promise<store.SearchDoc[]>

export interface Rebuilt {
  kind: string
  /** Written anew. */
  put: number
  /** Of what is no longer there. */
  removed: number
}

const atOnce = 50

/** A page a transaction, so that nobody who writes waits long. */
export async function rebuild(db: Db, sources: ReadonlyMap<string, Source>): Promise<Rebuilt[]> {
  const told: Rebuilt[] = []
  for (const [kind, source] of sources) {
    const put = await putAll(db, source)
    told.push({ kind, put: put.size, removed: await removeOthers(db, kind, put) })
  }
  return told
}

async function putAll(db: Db, source: Source): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let after = ''; ;) {
    const page = await db.transaction().execute(async (tx) => {
      const docs = await source(after, atOnce, tx)
      for (const doc of docs) await store.put(tx, doc)
      return docs
    })
    for (const { id } of page) ids.add(id)
    if (page.length === 0) return ids
    after = page.at(-1)!.id
  }
}

async function removeOthers(db: Db, kind: string, kept: ReadonlySet<string>): Promise<number> {
  let removed = 0
  for (let after = ''; ;) {
    const ids = await store.idsOf(db, kind, after, 1000)
    if (ids.length === 0) return removed
    for (const id of ids.filter((one) => !kept.has(one))) {
      await db.transaction().execute((tx) => store.remove(tx, id))
      removed++
    }
    after = ids.at(-1)!
  }
}
