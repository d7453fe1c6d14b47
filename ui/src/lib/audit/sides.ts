/** One field of a change. `undefined`: that side does not have it. */
export interface Field {
  name: string
  before: unknown
  after: unknown
  changed: boolean
}

const fieldsOf = (side: unknown): Record<string, unknown> => {
  if (side === null || side === undefined) return {}
  return typeof side === 'object' && !Array.isArray(side) ? (side as Record<string, unknown>) : { '': side }
}

/** Both sides field by field, in the order in which they were written; what changed comes first. */
export function fields(before: unknown, after: unknown): Field[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)]
  const names = new Set([...Object.keys(was), ...Object.keys(is)])
  const all = [...names].map((name) => ({
    name,
    before: was[name],
    after: is[name],
    changed: JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  }))
  return [...all.filter(({ changed }) => changed), ...all.filter(({ changed }) => !changed)]
}

export type Shown =
  | { kind: 'none' }
  | { kind: 'masked' }
  | { kind: 'truth'; holds: boolean }
  | { kind: 'region'; id: string }
  | { kind: 'instant'; at: number }
  | { kind: 'words' | 'structure'; text: string }

const masked = '***'
/** The year 2001: smaller numbers are no instants. */
const firstInstant = 1e12

/** How a value is best shown: instants and regions by the name of their field, structures as JSON. */
export function shownAs(name: string, value: unknown): Shown {
  if (value === undefined || value === null || value === '') return { kind: 'none' }
  if (value === masked) return { kind: 'masked' }
  if (typeof value === 'number' && value > firstInstant && /(At|Until)$/.test(name))
    return { kind: 'instant', at: value }
  if (typeof value === 'boolean') return { kind: 'truth', holds: value }
  if (typeof value === 'string' && /^managingParentId$|(^r|R)egionId$/.test(name))
    return { kind: 'region', id: value }
  if (typeof value !== 'object') return { kind: 'words', text: String(value) }
  const named = nameIn(value)
  return named ? { kind: 'words', text: named } : { kind: 'structure', text: JSON.stringify(value, null, 2) }
}

/** `{ id, name }` is its name; a list of words, its words. */
function nameIn(value: object): string | null {
  if (Array.isArray(value)) {
    const plain = value.every((one) => typeof one === 'string' || typeof one === 'number')
    return plain ? value.join('、') : null
  }
  const { name } = value as { name?: unknown }
  return typeof name === 'string' && Object.keys(value).every((key) => key === 'id' || key === 'name')
    ? name
    : null
}
