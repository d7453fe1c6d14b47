import { rmSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { actAs } from '../audit/actor.ts'
import { BackupProblem } from '../backup/problem.ts'
import { newPassphrase } from '../backup/passphrase.ts'
import { takeBackup, type TakenBackup } from '../backup/take.ts'
import { loadConfig } from '../config.ts'
import { Failure } from './failure.ts'
import { operator } from './installation.ts'
import { cliLanguage } from './language.ts'

export interface BackupArgs {
  data?: string | undefined
  config?: string | undefined
  encrypt: boolean
  'passphrase-file'?: string | undefined
  keep?: string | undefined
  json: boolean
}

/** `zongheng backup [FILE|FOLDER]`: exit code 1 when the backup stands but its audit chain is broken. */
export async function backup([into = './']: string[], args: BackupArgs): Promise<number> {
  const text = texts[cliLanguage()]
  const keep = keepOf(args.keep)
  const loaded = loadConfig(process.env, { dataDir: args.data }, args.config)
  const isEncrypted = args.encrypt || args['passphrase-file'] !== undefined
  setPriority(constants.priority.PRIORITY_LOW)
  const taken = await explained(async () => {
    const passphrase = isEncrypted ? await newPassphrase(args['passphrase-file'], text.ask, text.again) : null
    const options = { loaded, into, passphrase, keep, nowMs: Date.now(), onStage: clearedWhenStopped }
    return actAs(operator('zongheng backup'), () => takeBackup(options))
  })
  if (args.json) console.log(JSON.stringify(summaryOf(taken)))
  else console.log(text.done(taken))
  for (const warning of warningsOf(taken, text)) console.error(`zongheng: ${warning}`)
  return taken.manifest.auditProblem === null ? 0 : 1
}

function keepOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const keep = Number(value)
  if (!Number.isInteger(keep) || keep < 1) throw new Failure(`--keep ${value}: ≥ 1`, 2)
  return keep
}

/** What was thrown for the operator, in their language. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof BackupProblem ? new Failure(error.in(cliLanguage())) : error
  }
}

/** Half a backup must not fill the disk after Ctrl-C. */
function clearedWhenStopped(folders: string[]): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
      process.exit(130)
    })
}

function summaryOf({ file, size, sha256, manifest, removed, isRecorded }: TakenBackup) {
  const { createdAt, holdsKey, auditProblem, holdings } = manifest
  return { file, size, sha256, createdAt, holdsKey, auditProblem, isRecorded, removed, rows: holdings.rows }
}

function warningsOf({ manifest, isRecorded }: TakenBackup, text: Texts): string[] {
  return [
    ...(manifest.holdsKey ? [text.withKey] : [text.withoutKey]),
    ...(isRecorded ? [] : [text.unrecorded]),
    ...(manifest.auditProblem === null ? [] : [text.audit(manifest.auditProblem)]),
  ]
}

interface Texts {
  ask: string
  again: string
  done: (taken: TakenBackup) => string
  withKey: string
  withoutKey: string
  unrecorded: string
  audit: (problem: string) => string
}

const mebibytes = (octets: number) => (octets / 1024 / 1024).toFixed(1)

const texts: Record<'zh' | 'en', Texts> = {
  zh: {
    ask: '备份口令：',
    again: '再次输入：',
    done: ({ file, size, removed }) =>
      [
        `已备份并核对：${file}（${mebibytes(size)} MiB）`,
        ...removed.map((name) => `已删除旧备份 ${name}`),
      ].join('\n'),
    withKey: '注意：此备份内含密钥 secret.key，口令即是一切；请把口令与备份分开保管',
    withoutKey:
      '注意：此备份不含密钥；没有 secret.key，其中的凭据打不开。请把密钥另行保管（或用 --encrypt 一并备份）',
    unrecorded: '此次备份未写入审计：数据库不是当前版本，或找不到密钥',
    audit: (problem) => `审计链已断开（备份已保留作为证据）：${problem}`,
  },
  en: {
    ask: 'passphrase: ',
    again: 'once more: ',
    done: ({ file, size, removed }) =>
      [
        `backed up and verified: ${file} (${mebibytes(size)} MiB)`,
        ...removed.map((name) => `removed ${name}`),
      ].join('\n'),
    withKey: 'note: this backup holds the secret key; its passphrase opens everything: keep the two apart',
    withoutKey:
      'note: this backup holds no key; without secret.key its credentials cannot be opened: keep that apart (or use --encrypt)',
    unrecorded:
      'the backup is not in the audit trail: the database is of another version, or its key is not here',
    audit: (problem) => `the audit chain is broken (the backup was kept as evidence): ${problem}`,
  },
}
