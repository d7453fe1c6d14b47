import { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { SecretError, type SecretBox } from '../secret-box.ts'
import { sealedColumns, type SealedColumn } from './sealed-columns.ts'
import { sealedRows, setSealed } from './store.ts'

/** Seals everything anew, all or nothing. Answers how many values. Throws SecretError when one does not open under the old key. */
export function reseal(
  { db, clock }: { db: Db; clock: Clock },
  from: SecretBox,
  to: SecretBox,
): Promise<number> {
  // The trail's own key is among what is sealed: by the time the record is written, the new box opens it.
  const audit = new AuditTrail({ db, clock, secrets: to })
  return audit.write(async (tx, note) => {
    let values = 0
    for (const place of sealedColumns) {
      for (const { id, sealed } of await sealedRows(tx, place)) {
        const anew = to.seal(from.open(sealed, place.purpose), place.purpose)
        await setSealed(tx, place, { id, sealed: anew })
        values++
      }
    }
    const [before, after] = [{ keyId: from.keyId }, { keyId: to.keyId, values }]
    note({ action: 'secrets.rotated', entity: null, regionId: null, before, after })
    return values
  })
}

export interface SecretsCheck {
  keyId: string
  /** Sealed values there are. */
  values: number
  /** Those that do not open. */
  broken: { place: string; id: string; reason: string }[]
}

/** Whether every sealed value opens. */
export async function checkSecrets(db: Db, secrets: SecretBox): Promise<SecretsCheck> {
  const result: SecretsCheck = { keyId: secrets.keyId, values: 0, broken: [] }
  for (const place of sealedColumns) {
    for (const { id, sealed } of await sealedRows(db, place)) {
      result.values++
      const reason = whyClosed(secrets, sealed, place)
      if (reason) result.broken.push({ place: `${place.table}.${place.column}`, id, reason })
    }
  }
  return result
}

function whyClosed(secrets: SecretBox, sealed: string, { purpose }: SealedColumn): string | null {
  try {
    secrets.open(sealed, purpose)
    return null
  } catch (error) {
    if (error instanceof SecretError) return error.message
    throw error
  }
}
