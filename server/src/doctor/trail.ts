import type { ChainProblem } from '../audit/check.ts'
import { AuditKey } from '../audit/key.ts'
import { headOf, verifyTail, verifyTrail } from '../audit/verify.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import type { Patient } from './patient.ts'
import { keyFor } from './secrets.ts'
import { lastBackupAt } from './store.ts'

type SealKey = Awaited<ReturnType<AuditKey['get']>>

export const trailChecks: readonly Check[] = [
  { id: 'audit', asksDatabase: true, look: trail },
  { id: 'backup', asksDatabase: true, look: lastBackup },
]

async function trail(patient: Patient): Promise<Sight[]> {
  const found = await keyFor(patient)
  const head = await headOf(patient.db!)
  if (!found || head.seq === 0) return []
  const key = await new AuditKey(found.box).get(patient.db!)
  const problem = patient.full
    ? await wholeChain(patient, key)
    : await verifyTail(patient.db!, key, linksLookedAt)
  if (!problem)
    return [ok(`审计链完整（至第 ${head.seq} 条）`, `the audit chain is whole (up to record ${head.seq})`)]
  return [
    error(
      [
        `审计链在第 ${problem.seq} 条断开：${problem.text}`,
        `the audit chain breaks at ${problem.seq}: ${problem.text}`,
      ],
      [
        '立即备份留证，通知审计管理员和单位安全负责人；不要删除任何文件',
        'back up at once as evidence, tell the audit administrator and who answers for security; delete nothing',
      ],
    ),
  ]
}

async function wholeChain(
  { db, config: { dataDir }, nowMs }: Patient,
  key: SealKey,
): Promise<ChainProblem | null> {
  const { problem } = await verifyTrail({ db: db!, clock: () => nowMs, dataDir, key })
  return problem
}

const linksLookedAt = 2000

const dayMs = 86_400_000
const oldestBackupDays = 7

async function lastBackup({ db, nowMs }: Patient): Promise<Sight> {
  const at = await lastBackupAt(db!)
  const remedy: [string, string] = [
    '运行 zongheng backup，并安排每日定时备份到另一台机器',
    'run zongheng backup, and have it run daily to another machine',
  ]
  if (at === null) return warn(['从未备份', 'there never was a backup'], remedy)
  const days = Math.floor((nowMs - at) / dayMs)
  const words: [string, string] = [`最近的备份在 ${days} 天前`, `the last backup is ${days} days old`]
  return days > oldestBackupDays ? warn(words, remedy) : ok(...words)
}
