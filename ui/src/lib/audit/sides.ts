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
  | { kind: 'words'; items: readonly string[] }
  | { kind: 'structure'; text: string }

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
  const items = wordsIn(value)
  if (!items) return { kind: 'structure', text: JSON.stringify(value, null, 2) }
  return items.length > 0 ? { kind: 'words', items } : { kind: 'none' }
}

/** What can be read as words: a scalar, a list of them, or `{ id, name }` by its name. */
function wordsIn(value: unknown): string[] | null {
  if (typeof value !== 'object' || value === null) return [String(value)]
  if (Array.isArray(value)) {
    const each = value.map(wordsIn)
    return each.every((words) => words !== null) ? each.flat() : null
  }
  const { name } = value as { name?: unknown }
  const isRef = typeof name === 'string' && Object.keys(value).every((key) => key === 'id' || key === 'name')
  return isRef ? [name] : null
}
