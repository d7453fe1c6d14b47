import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { ChainCheck, problemAt, type ChainProblem } from './check.ts'
import type { Line } from './line.ts'
import { readLines } from './lines-file.ts'
import type { AuditVerdict } from './schema.ts'

const chunk = 500

/** An archive or an export by itself: what it holds is ours, unchanged and without gaps. Where it should end, only the database knows. */
export async function verifyFile(file: string, key: Buffer, clock: Clock): Promise<AuditVerdict> {
  const check = new ChainCheck(key, { seq: 0, hash: '' })
  let problem: ChainProblem | null = null
  for await (const line of readLines(file)) {
    if (line && check.records === 0) Object.assign(check, { seq: line.seq - 1, hash: line.previous })
    problem = line ? following(check, line) : problemAt(check.seq + 1, 'changed', `no record can be read`)
    if (problem) break
    if (check.records % chunk === 0) await setImmediate()
  }
  const { records, seq } = check
  const fromSeq = records === 0 ? 0 : seq - records + 1
  return { ok: problem === null, records, fromSeq, untilSeq: seq, archives: 0, problem, checkedAt: clock() }
}

function following(check: ChainCheck, line: Line): ChainProblem | null {
  const isTorn = line.seq === check.seq + 1 && line.previous !== check.hash
  return isTorn
    ? problemAt(line.seq, 'changed', `record ${line.seq} follows on another one than ${check.seq}`)
    : check.take(line)
}
