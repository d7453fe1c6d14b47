import { existsSync, readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { SecretBox } from '../secret-box.ts'
import { keyFile, newKeyFile } from '../secrets/open.ts'

/** A key of an installation, and where it was found. */
export interface FoundKey {
  /** 64 digits. */
  hex: string
  place: string
  box: SecretBox
}

/** Every key an installation has: of the environment, its file, and while they are rotated, the next one. */
export function keysOf({ secretKey, dataDir }: Pick<Config, 'secretKey' | 'dataDir'>): FoundKey[] {
  const given = secretKey ? [keyFrom(secretKey, 'ZONGHENG_SECRET_KEY')] : []
  return [...given, ...keysIn([keyFile(dataDir), newKeyFile(dataDir)])]
}

/** The keys in those of these files that are there. Throws SecretError for a file that holds none. */
export const keysIn = (files: string[]): FoundKey[] =>
  files.filter((file) => existsSync(file)).map((file) => keyFrom(readFileSync(file, 'utf8').trim(), file))

/** The one whose id this is; without an id (nothing was sealed yet), the first. */
export const matching = (keys: FoundKey[], keyId: string | null): FoundKey | undefined =>
  keyId === null ? keys[0] : keys.find(({ box }) => box.keyId === keyId)

const keyFrom = (hex: string, place: string): FoundKey => ({
  hex,
  place,
  box: new SecretBox(Buffer.from(hex, 'hex')),
})
