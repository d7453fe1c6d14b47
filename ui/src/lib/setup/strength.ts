export type Strength = 'short' | 'weak' | 'fair' | 'strong'

/** The server's own rule. */
export const leastLength = 10

const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]

/** A hint, not a rule: how hard a password is to guess by its length and variety. */
export function strengthOf(password: string): Strength {
  if (password.length < leastLength) return 'short'
  const variety = classes.filter((kind) => kind.test(password)).length
  const distinct = new Set(password).size
  if (distinct < 6 || variety < 2) return 'weak'
  return (variety >= 3 && password.length >= 12) || password.length >= 18 ? 'strong' : 'fair'
}
