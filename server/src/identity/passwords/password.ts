import { hash, verify } from '@node-rs/argon2'

/** argon2id; both run on libuv's threads, never on the main one. Parameters: OWASP's minimum (19 MiB, 2 passes). */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (password: string): Promise<string> => hash(password, options)

/** A hash of no one's password: an unknown user costs as much time as a wrong password. */
let decoy: Promise<string> | undefined

export async function passwordMatches(stored: string | undefined, password: string): Promise<boolean> {
  const matches = await verify(stored ?? (await (decoy ??= hashPassword('nobody'))), password)
  return matches && stored !== undefined
}
