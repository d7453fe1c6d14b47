/** `zht_<id>_<secret>`: the id without its prefix, 32 octets in base64url. The prefix is what secret scanners look for. */
const pattern = /^zht_([0-9a-z]{18})_([A-Za-z0-9_-]{43})$/
const idPrefix = 'tok_'

export interface TokenText {
  /** As in the database. */
  id: string
  secret: string
}

export const tokenText = ({ id, secret }: TokenText): string => `zht_${id.slice(idPrefix.length)}_${secret}`

/** Undefined for what is no token of ours. */
export function parseToken(text: string): TokenText | undefined {
  const [, id, secret] = pattern.exec(text) ?? []
  return id !== undefined && secret !== undefined ? { id: idPrefix + id, secret } : undefined
}
