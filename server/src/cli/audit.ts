import { existsSync } from 'node:fs'
import type { ChainProblem } from '../audit/check.ts'
import type { AuditVerdict } from '../audit/schema.ts'
import { Failure } from './failure.ts'
import { withInstallation, type Place } from './installation.ts'
import { cliLanguage } from './language.ts'

export interface AuditOptions extends Place {
  /** An archive or an export, instead of the installation's own trail. */
  file?: string | undefined
  json: boolean
}

/** `zongheng audit verify | archive`. Exit code 1 when the chain is broken. */
export async function audit([word]: string[], options: AuditOptions): Promise<number> {
  if (word === 'verify') return verify(options)
  if (word === 'archive') return archive(options)
  throw new Failure('zongheng audit verify | archive', 2)
}

function verify({ file, json, ...place }: AuditOptions): Promise<number> {
  if (file && !existsSync(file)) throw new Failure(words[cliLanguage()].noFile(file))
  return withInstallation(place, async ({ auditing }) => {
    const verdict = await (file ? auditing.verifyFile(file) : auditing.verifyAsked())
    console.log(json ? JSON.stringify(verdict) : told(verdict))
    return verdict.ok ? 0 : 1
  })
}

function archive({ json, ...place }: AuditOptions): Promise<number> {
  return withInstallation(place, async ({ auditing }) => {
    const archives = await auditing.archive()
    if (json) console.log(JSON.stringify({ items: archives }))
    else if (archives.length === 0) console.log(words[cliLanguage()].nothingDue)
    else for (const { file, firstSeq, lastSeq } of archives) console.log(`${file}  ${firstSeq}–${lastSeq}`)
    return 0
  })
}

function told({ problem, records, fromSeq, untilSeq, archives }: AuditVerdict): string {
  const { sound, broken, kinds } = words[cliLanguage()]
  return problem
    ? `${broken(problem.seq, kinds[problem.kind])}\n${problem.text}`
    : sound(records, fromSeq, untilSeq, archives)
}

type Kinds = Record<ChainProblem['kind'], string>

const words = {
  zh: {
    noFile: (file: string) => `没有文件 ${file}`,
    nothingDue: '没有到期需要归档的记录',
    sound: (records: number, from: number, until: number, archives: number) =>
      `审计链完好：共 ${records} 条，序号 ${from}–${until}，其中归档文件 ${archives} 个`,
    broken: (seq: number, what: string) => `审计链已被破坏：序号 ${seq}：${what}`,
    kinds: {
      changed: '记录被改动',
      missing: '记录缺失',
      order: '次序不对',
      forged: '不是本系统写下的记录',
      truncated: '末尾被截断',
      'archive-missing': '归档文件缺失',
      'archive-changed': '归档文件被改动',
    } satisfies Kinds,
  },
  en: {
    noFile: (file: string) => `there is no file ${file}`,
    nothingDue: 'no record is due for an archive',
    sound: (records: number, from: number, until: number, archives: number) =>
      `the audit chain is sound: ${records} records, ${from}–${until}, ${archives} archives among them`,
    broken: (seq: number, what: string) => `THE AUDIT CHAIN IS BROKEN at record ${seq}: ${what}`,
    kinds: {
      changed: 'it was changed',
      missing: 'it is missing',
      order: 'it is out of order',
      forged: 'it was not written by this installation',
      truncated: 'it was cut off with all that followed',
      'archive-missing': 'its archive is missing',
      'archive-changed': 'its archive was changed',
    } satisfies Kinds,
  },
}
