import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import { SecretBox, SecretError } from '../secret-box.ts'
import { newKey, readKey, replaceKey, writeKey } from './key-file.ts'
import { checkValue, keepCheckValue } from './store.ts'

export const keyFile = (dataDir: string) => join(dataDir, 'secret.key')
/** Beside the old one while a rotation is under way. */
export const newKeyFile = (dataDir: string) => join(dataDir, 'secret.key.new')

/** The id of the key that this database is sealed under; null before its first start. */
export async function sealedUnder(db: Db): Promise<string | null> {
  return (await checkValue(db))?.split('.')[0] ?? null
}

/**
 * The key of this database: the one given in hex, else of the files in the data folder the one that the database was sealed under,
 * which is put in place; made at the first start. Throws SecretError when none of them is.
 */
export async function openSecrets(
  db: Db,
  { secretKey, dataDir }: Pick<Config, 'secretKey' | 'dataDir'>,
): Promise<SecretBox> {
  const check = await checkValue(db)
  const [file, newFile] = [keyFile(dataDir), newKeyFile(dataDir)]
  if (!secretKey && check === undefined && !readKey(file)) writeKey(file, newKey(), 'wx')
  const given = secretKey ? new SecretBox(Buffer.from(secretKey, 'hex')) : readKey(file)
  const sealed = check ?? (given && (await keepCheckValue(db, given.seal('', 'check'))))
  if (given && sealed && opens(given, sealed)) return given
  const next = secretKey ? undefined : readKey(newFile)
  if (!next || !sealed || !opens(next, sealed))
    throw new SecretError(wrongKey(secretKey ? 'ZONGHENG_SECRET_KEY' : file, given, sealed))
  replaceKey(file, newFile)
  return next
}

function opens(box: SecretBox, sealed: string): boolean {
  try {
    return box.open(sealed, 'check') === ''
  } catch (error) {
    if (error instanceof SecretError) return false
    throw error
  }
}

function wrongKey(where: string, box: SecretBox | undefined, sealed: string | undefined): string {
  const has = box ? `holds key ${box.keyId}` : 'is not there'
  return `this database was sealed under key ${sealed?.split('.')[0]}, but ${where} ${has}: put the right key back`
}
