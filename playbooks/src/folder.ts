import type { Client, FileEntry, SFTPWrapper } from 'ssh2'
import { connect, type SshTarget } from './connect.ts'

export interface FolderEntry {
  name: string
  isFile: boolean
  bytes: number
  /** UTC epoch seconds, by the host's clock. */
  modifiedS: number
}

/** `missing`: no such folder. `forbidden`: not for this user. `unreadable`: no SFTP there, or more entries than are looked at. */
export class FolderError extends Error {
  override name = 'FolderError'
  readonly code: 'missing' | 'forbidden' | 'unreadable'

  constructor(code: FolderError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const mostEntries = 100_000
const fileType = { mask: 0o170000, regular: 0o100000 }

/** SSH_FXP_STATUS [draft-ietf-secsh-filexfer-02 §7]. */
const status = { endOfFile: 1, noSuchFile: 2, permissionDenied: 3 }
const codes: Record<number, FolderError['code']> = {
  [status.noSuchFile]: 'missing',
  [status.permissionDenied]: 'forbidden',
}

/** Every entry of a folder, by SFTP, as it comes. Throws a SessionError or a FolderError; `signal` hangs up. */
export async function* listFolder(
  target: SshTarget,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<FolderEntry> {
  const client = await connect(target, true, signal)
  const hangUp = () => client.destroy()
  signal?.addEventListener('abort', hangUp, { once: true })
  try {
    for await (const entry of entriesOf(client, folder)) yield entry
  } finally {
    signal?.removeEventListener('abort', hangUp)
    client.destroy()
  }
}

async function* entriesOf(client: Client, folder: string): AsyncGenerator<FolderEntry> {
  const sftp = await call<SFTPWrapper>(client, folder, (done) => client.sftp(done))
  const handle = await call<Buffer>(client, folder, (done) => sftp.opendir(folder, done))
  for (let seen = 0; seen <= mostEntries;) {
    const entries = await call<FileEntry[]>(client, folder, (done) => readSome(sftp, handle, done))
    if (entries.length === 0) return
    seen += entries.length
    for (const { filename, attrs } of entries)
      yield {
        name: filename,
        isFile: (attrs.mode & fileType.mask) === fileType.regular,
        bytes: attrs.size,
        modifiedS: attrs.mtime,
      }
  }
  throw new FolderError('unreadable', `${folder} has more than ${mostEntries} entries`)
}

/** None at the end. */
function readSome(sftp: SFTPWrapper, handle: Buffer, done: Done<FileEntry[]>): void {
  sftp.readdir(handle, (error, entries) =>
    codeOf(error) === status.endOfFile ? done(undefined, []) : done(error, entries),
  )
}

type Done<T> = (error: Error | undefined, value: T) => void

/** A promise of ssh2's answer; a connection that goes away answers nothing. */
function call<T>(client: Client, folder: string, start: (done: Done<T>) => void): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const gone = () => reject(new FolderError('unreadable', `the host hung up while ${folder} was read`))
  client.once('close', gone)
  start((error, value) => {
    if (!error) return resolve(value)
    const code = codes[codeOf(error) ?? -1] ?? 'unreadable'
    reject(new FolderError(code, `${folder}: ${error.message}`, { cause: error }))
  })
  return promise.finally(() => client.off('close', gone))
}

const codeOf = (error: Error | undefined) => (error as { code?: number } | undefined)?.code
