import type { Actor } from './actor.ts'

/** What was done to what. `before` and `after` are the fields that matter, in the API's words; secrets are masked by their names. */
export interface Change {
  /** `<module>.<verb>`: `estate.device-changed`, `identity.signed-in`. */
  action: string
  entity: { type: string; id: string; name: string } | null
  /** Where it belongs; null: to the installation as a whole. */
  regionId: string | null
  before?: unknown
  after?: unknown
  /** Overrides the request's own. */
  reason?: string
  /** Who did it, where it is not whoever is acting: a playbook whose end a collector reports. */
  actor?: Actor
}

const secretNames =
  /password|passphrase|secret|token|community|authKey|privKey|privateKey|recoveryCode|(^|_)key(Hash)?$|hash$/i
/** `tokenId`, `tokenExpiresAt`, `secretName` tell of a secret, not the secret. */
const harmlessNames = /(Id|At|Name)$/
export const masked = '***'

/** JSON with every text masked that lies under a name which sounds like a secret, however deep. Longer than the bound is cut with a note. */
export function withoutSecrets(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = JSON.stringify(maskedIn(value, false))
  return text.length <= jsonAtMost ? text : JSON.stringify({ cut: text.slice(0, jsonAtMost / 2) })
}

function maskedIn(value: unknown, isSecret: boolean): unknown {
  if (ArrayBuffer.isView(value)) return masked
  if (Array.isArray(value)) return value.map((item) => maskedIn(item, isSecret))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, maskedIn(inner, isSecret || soundsSecret(name))]),
    )
  return isSecret && typeof value === 'string' ? masked : value
}

const soundsSecret = (name: string) => secretNames.test(name) && !harmlessNames.test(name)

const jsonAtMost = 64 * 1024

/** Only the fields that differ, each side by itself: what an auditor wants to read. */
export function differences<T extends object>(
  before: T,
  after: Partial<T>,
): { before: Partial<T>; after: Partial<T> } {
  const names = (Object.keys(after) as (keyof T)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  const pick = (from: Partial<T>) => Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<T>
  return { before: pick(before), after: pick(after) }
}
