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
}

const secretNames =
  /password|passphrase|secret|token|community|authKey|privKey|privateKey|recoveryCode|(^|_)key(Hash)?$|hash$/i
export const masked = '***'

/** JSON with whatever sounds like a secret masked, however deep it lies. Longer than the bound is cut with a note. */
export function withoutSecrets(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = JSON.stringify(value, (name, inner: unknown) =>
    secretNames.test(name) && inner !== null && typeof inner !== 'boolean' ? masked : inner,
  )
  return text.length <= jsonAtMost ? text : JSON.stringify({ cut: text.slice(0, jsonAtMost / 2) })
}

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
