import type { CheckCode } from '@zongheng/inventory/check.ts'
import type { FolderEntry, FolderError } from '@zongheng/playbooks/folder.ts'
import { SessionError, type SessionErrorCode } from '@zongheng/playbooks/session-error.ts'
import type { SshCredential } from '../contract.ts'
import { matchesGlob } from './glob.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRun, CheckRunner, SpecOf } from './runner.ts'

const codes: Partial<Record<SessionErrorCode | FolderError['code'], CheckCode<'backup'>>> = {
  unreachable: 'unreachable',
  refused: 'refused',
  authentication: 'authentication',
  'bad-key': 'authentication',
  'host-key': 'host-key',
  handshake: 'malformed',
  timeout: 'timeout',
  aborted: 'timeout',
  disconnected: 'closed',
  missing: 'folder-missing',
  forbidden: 'forbidden',
  unreadable: 'malformed',
}

/** How old the newest file is, by the collector's clock; it sees names, sizes and times, and reads nothing. */
export const backupCheck: CheckRunner<'backup'> = async (spec, run) => {
  if (!run.credential) throw new CheckFailure('credential')
  const startedMs = performance.now()
  const newest = await newestIn(spec, run)
  run.measure('checkMs', performance.now() - startedMs)
  if (!newest) throw new CheckFailure('no-file', { file: quote(`${spec.folder}/${spec.pattern}`) })
  const ageS = (run.parts.now ?? Date.now)() / 1000 - newest.modifiedS
  run.measure('checkAgeS', Math.max(0, Math.round(ageS)))
  run.measure('checkBytes', newest.bytes)
  return { values: { file: quote(newest.name) } }
}

async function newestIn(spec: SpecOf<'backup'>, run: CheckRun): Promise<FolderEntry | null> {
  const { listFolder, FolderError } = await import('@zongheng/playbooks/folder.ts') // SSH is loaded once it is used
  const { host, port, folder, pattern, leastBytes } = spec
  const target = {
    address: host,
    port,
    ...(run.credential as SshCredential),
    checkHostKey: (fingerprint: string) => run.parts.hosts.check(`${host}:${port}`, fingerprint),
    connectTimeoutMs: run.timeoutMs,
  }
  let newest: FolderEntry | null = null
  try {
    for await (const entry of listFolder(target, folder, run.signal)) {
      const isCounted = entry.isFile && entry.bytes >= leastBytes && matchesGlob(entry.name, pattern)
      if (isCounted && entry.modifiedS > (newest?.modifiedS ?? -Infinity)) newest = entry
    }
    return newest
  } catch (error) {
    const isKnown = error instanceof SessionError || error instanceof FolderError
    const code = isKnown ? codes[error.code] : undefined
    throw code ? new CheckFailure(code, { reason: quote((error as Error).message) }, { cause: error }) : error
  }
}
