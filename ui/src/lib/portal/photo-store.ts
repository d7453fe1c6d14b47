import type { PhotoStore } from './report-queue.ts'

/** Shrunk as they are, some dozens of reports. */
const bytesAtMost = 64 * 1024 * 1024
const photosAtMost = 5
const table = 'photos'

/** In IndexedDB, which keeps them over a reload; where there is none or it is full, in this page. */
export function photoStore(): PhotoStore {
  const here = new Map<string, File[]>()
  let opened: Promise<IDBDatabase> | undefined
  const database = () =>
    (opened ??= new Promise<IDBDatabase>((done, failed) => {
      const request = indexedDB.open('zongheng.portal', 1)
      request.onupgradeneeded = () => request.result.createObjectStore(table)
      request.onsuccess = () => done(request.result)
      request.onerror = () => failed(request.error)
    }))
  const ask = async <T>(mode: IDBTransactionMode, question: (rows: IDBObjectStore) => IDBRequest<T>) => {
    const rows = (await database()).transaction(table, mode).objectStore(table)
    return answerOf(question(rows))
  }
  const isRoomFor = async (key: string, photos: File[]) => {
    const keys = await ask('readonly', (rows) => rows.getAllKeys())
    const kept = await ask<File[][]>('readonly', (rows) => rows.getAll())
    const others = kept.filter((_, at) => keys[at] !== key).flat()
    return sizeOf([...others, ...photos]) <= bytesAtMost
  }

  return {
    async get(key) {
      const ours = here.get(key)
      if (ours || typeof indexedDB === 'undefined') return ours ?? []
      return ask<File[] | undefined>('readonly', (rows) => rows.get(key)).then((kept) => kept ?? [], () => []) // prettier-ignore
    },
    async put(key, given) {
      const photos = given.slice(0, photosAtMost)
      if (photos.length > 0) here.set(key, photos)
      else here.delete(key)
      if (typeof indexedDB === 'undefined') return photos.length === 0
      const write = async () => {
        if (photos.length > 0 && !(await isRoomFor(key, photos))) return false
        if (photos.length > 0) await ask('readwrite', (rows) => rows.put(photos, key))
        else await ask('readwrite', (rows) => rows.delete(key))
        return true
      }
      return write().catch(() => false) // a full disk or a private window: said by the answer
    },
  }
}

const sizeOf = (photos: File[]) => photos.reduce((sum, { size }) => sum + size, 0)

const answerOf = <T>(request: IDBRequest<T>) =>
  new Promise<T>((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
