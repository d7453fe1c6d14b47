import { AuditKey } from '../audit/key.ts'
import { verifyTrail } from '../audit/verify.ts'
import type { Db } from '../db/database.ts'
import { SecretError, type SecretBox } from '../secret-box.ts'
import type { Holdings } from './manifest.ts'

/** What is wrong with the audit chain of a copy whose archives lie in `folder`; null: nothing, or there is none. */
export async function chainProblem(
  db: Db,
  secrets: SecretBox,
  folder: string,
  { audit }: Holdings,
): Promise<string | null> {
  if (!audit || audit.seq === 0) return null
  try {
    const key = await new AuditKey(secrets).get(db)
    const { problem } = await verifyTrail({ db, clock: Date.now, dataDir: folder, key })
    return problem?.text ?? null
  } catch (error) {
    if (error instanceof SecretError) return error.message
    throw error
  }
}
