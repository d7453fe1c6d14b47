import { hash, verify } from '@node-rs/argon2'
import { Gate } from './gate.ts'
import { newPassword } from './password-rules.ts'

/** argon2id; both run on libuv's threads, never on the main one. Parameters: OWASP's minimum (19 MiB, 2 passes). */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Half of libuv's threads: a flood of sign-ins leaves the others to files and names. Whoever waits longest, waits some seconds. */
const gate = new Gate(2, 200)

export const hashPassword = (password: string): Promise<string> => gate.pass(() => hash(password, options))

/** A hash of no one's password: an unknown user costs as much time as a wrong password. */
let decoy: Promise<string> | undefined

export async function passwordMatches(stored: string | undefined, password: string): Promise<boolean> {
  const against = stored ?? (await (decoy ??= hash('nobody', options)))
  const matches = await gate.pass(() => verify(against, password))
  return matches && stored !== undefined
}

/** A password that somebody is given, with its hash: made before a transaction is opened, for it takes a while. */
export interface FreshPassword {
  password: string
  passwordHash: string
}

export async function freshPassword(): Promise<FreshPassword> {
  const password = newPassword()
  return { password, passwordHash: await hashPassword(password) }
}
