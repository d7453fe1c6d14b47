import { newId } from '@zongheng/inventory/id.ts'
import type { Note } from '../audit/trail.ts'
import type { Db } from '../db/database.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import { conflict, notFound, ProblemError } from '../http/problem.ts'
import type { Viewer } from '../identity/viewer.ts'
import { ContentStore, type KeptContent } from './content-store.ts'
import type { File, FileQuery, OwnerType, UploadQuery, Visibility } from './schema.ts'
import { Scanner, type ScannerDeps } from './scanner.ts'
import { mediaTypeOf, safeName } from './sniff.ts'
import { fileById, filesOf, insertFiles, namedHashes, told, updateFile, type FileRow } from './store.ts'

/** What a file hangs on. */
export interface Owned {
  regionId: string
  /** Whether the viewer sees what is internal to it. */
  seesInternal: boolean
}

/** Both throw `not-found` or `forbidden`. */
export interface FileOwner {
  maySee(viewer: Viewer, ownerId: string): Promise<Owned>
  mayAdd(viewer: Viewer, ownerId: string): Promise<Owned>
  /** Other owners of its type whose files are listed with its own; the viewer sees them. */
  gathered?(viewer: Viewer, ownerId: string): Promise<string[]>
}

export interface FileDeps extends ScannerDeps {
  folder: string
  atMostBytes: number
  namesOf: (userIds: string[]) => Promise<Map<string, string>>
}

export interface NewFile {
  name: string
  content: KeptContent
  mediaType: string
}

export interface Hanging {
  ownerType: OwnerType
  ownerId: string
  entryId?: string | null
  regionId: string
  visibility: Visibility
  uploadedBy: string | null
}

export const filesAPost = 10
const filesAtMost = 1000
const orphanAfterMs = 24 * 3600 * 1000
const scanEveryMs = 60_000
const sweepEveryMs = 6 * 3600 * 1000

/** Attachments. Who may read one is the owner's to say. */
export class FileService {
  readonly #deps: FileDeps
  readonly #content: ContentStore
  readonly #scanner: Scanner
  readonly #owners = new Map<OwnerType, FileOwner>()
  #timers: NodeJS.Timeout[] = []

  constructor(deps: FileDeps) {
    this.#deps = deps
    this.#content = new ContentStore(deps.folder, deps.atMostBytes)
    this.#scanner = new Scanner(deps, this.#content)
  }

  get atMostBytes(): number {
    return this.#deps.atMostBytes
  }

  ownedBy(type: OwnerType, owner: FileOwner): void {
    this.#owners.set(type, owner)
  }

  /** Keeps bytes that no record names yet; what is never attached is swept away. Throws as `ContentStore.keep`. */
  async keep(name: string, source: AsyncIterable<Buffer>): Promise<NewFile> {
    const safe = safeName(name)
    let mediaType = ''
    const content = await this.#content.keep(source, (head) => void (mediaType = mediaTypeOf(safe, head)))
    return { name: safe, content, mediaType }
  }

  /** Within the caller's transaction; the caller has asked whether it may. */
  async attach(tx: Db, note: Note, to: Hanging, files: readonly NewFile[]): Promise<FileRow[]> {
    if (files.length === 0) return []
    const nowMs = this.#deps.clock()
    const rows = files.map((file) => rowOf(file, to, newId('file', nowMs), nowMs))
    await insertFiles(tx, rows)
    for (const row of rows)
      note({ action: 'files.attached', ...told(row), after: { owner: row.owner_id, bytes: row.bytes, sha256: row.sha256 } }) // prettier-ignore
    return rows
  }

  /** All of a post, or none of it. */
  async upload(
    viewer: Viewer,
    query: UploadQuery,
    parts: AsyncIterable<{ name: string; content: AsyncIterable<Buffer> }>,
  ): Promise<File[]> {
    // prettier-ignore
    const { ownerType, ownerId, visibility = 'public' } = query
    const { regionId, seesInternal } = await this.#owner(ownerType).mayAdd(viewer, ownerId)
    if (visibility === 'internal' && !seesInternal) throw notFound('file')
    const kept: NewFile[] = []
    for await (const { name, content } of parts) kept.push(await this.keep(name, content))
    if ((await filesOf(this.#deps.db, ownerType, ownerId)).length + kept.length > filesAtMost) throw conflict('too-many') // prettier-ignore
    const to = { ownerType, ownerId, regionId, visibility, uploadedBy: viewer.userId }
    const rows = await this.#deps.audit.write((tx, note) => this.attach(tx, note, to, kept))
    void this.scan()
    return this.#views(rows)
  }

  async list(viewer: Viewer, query: FileQuery): Promise<PageOf<File>> {
    const owner = this.#owner(query.ownerType)
    const seen = await this.#seenOf(viewer, query.ownerType, query.ownerId)
    for (const id of (await owner.gathered?.(viewer, query.ownerId)) ?? [])
      seen.push(...(await this.#seenOf(viewer, query.ownerType, id)))
    seen.sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1))
    const page = pageOfItems(seen, query, (row) => [row.created_at, row.id])
    return { next: page.next, items: await this.#views(page.items) }
  }

  /** Its row and bytes. Throws 409 `file-unscanned`, 403 `file-infected` and `file-not-scanned`, 404. */
  async content(viewer: Viewer, id: string) {
    const row = await this.#mustSee(viewer, id)
    if (row.scan === 'infected') throw new ProblemError(403, 'file-infected')
    if (row.scan === 'failed') throw new ProblemError(403, 'file-not-scanned')
    if (!this.#isServed(row)) throw conflict('file-unscanned')
    if (!(await this.#content.has(row.sha256))) throw notFound('file')
    return { name: row.name, mediaType: row.media_type, bytes: row.bytes, stream: this.#content.read(row.sha256) } // prettier-ignore
  }

  /** By whoever may add to the owner. */
  async remove(viewer: Viewer, id: string): Promise<void> {
    const row = await this.#mustSee(viewer, id)
    await this.#owner(row.owner_type as OwnerType).mayAdd(viewer, row.owner_id)
    await this.#deps.audit.write(async (tx, note) => {
      await updateFile(tx, id, { archived_at: this.#deps.clock() })
      note({ action: 'files.removed', ...told(row), before: { owner: row.owner_id, sha256: row.sha256 } })
    })
  }

  /** Asks for what waits. */
  scan(): Promise<void> {
    return this.#scanner.scan()
  }

  /** What waits is scanned, what nobody names is swept: now and then. */
  start(): void {
    const sweep = () =>
      this.sweep().catch((err: unknown) => this.#deps.log.warn({ err }, 'files are not swept'))
    void this.scan()
    void sweep()
    this.#timers = [
      setInterval(() => void this.scan(), scanEveryMs).unref(),
      setInterval(() => void sweep(), sweepEveryMs).unref(),
    ]
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#scanner.settled()
  }

  sweep(): Promise<number> {
    const { db, clock } = this.#deps
    return this.#content.sweep((hashes) => namedHashes(db, hashes), clock() - orphanAfterMs)
  }

  // ----------------------------------------------------------------------------------------------

  #owner(type: OwnerType): FileOwner {
    const owner = this.#owners.get(type)
    if (!owner) throw notFound(type)
    return owner
  }

  async #mustSee(viewer: Viewer, id: string): Promise<FileRow> {
    const row = await fileById(this.#deps.db, id)
    if (!row) throw notFound('file')
    const seen = await this.#owner(row.owner_type as OwnerType).maySee(viewer, row.owner_id).catch((error: unknown) => {
      throw error instanceof ProblemError && error.status === 404 ? notFound('file') : error
    }) // prettier-ignore
    if (row.visibility === 'internal' && !seen.seesInternal) throw notFound('file')
    return row
  }

  async #seenOf(viewer: Viewer, type: OwnerType, ownerId: string): Promise<FileRow[]> {
    const { seesInternal } = await this.#owner(type).maySee(viewer, ownerId)
    const rows = await filesOf(this.#deps.db, type, ownerId)
    return rows.filter(({ visibility }) => seesInternal || visibility === 'public')
  }

  #isServed({ scan }: FileRow): boolean {
    return scan === 'clean' || (scan === 'unscanned' && !this.#scanner.isOn)
  }

  async #views(rows: readonly FileRow[]): Promise<File[]> {
    const people = await this.#deps.namesOf(rows.flatMap(({ uploaded_by: id }) => id ?? []))
    return rows.map((row) => ({
      id: row.id,
      entryId: row.entry_id,
      name: row.name,
      mediaType: row.media_type,
      bytes: row.bytes,
      scan: row.scan,
      isServed: this.#isServed(row),
      visibility: row.visibility,
      uploadedBy: row.uploaded_by === null ? null : { id: row.uploaded_by, name: people.get(row.uploaded_by) ?? '' }, // prettier-ignore
      createdAt: row.created_at,
    }))
  }
}

const rowOf = ({ name, content, mediaType }: NewFile, to: Hanging, id: string, nowMs: number): FileRow => ({
  id,
  owner_type: to.ownerType,
  owner_id: to.ownerId,
  entry_id: to.entryId ?? null,
  region_id: to.regionId,
  name,
  media_type: mediaType,
  bytes: content.bytes,
  sha256: content.sha256,
  scan: 'unscanned',
  scan_tries: 0,
  scan_due_at: null,
  visibility: to.visibility,
  uploaded_by: to.uploadedBy,
  created_at: nowMs,
  archived_at: null,
})
