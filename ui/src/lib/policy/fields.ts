import type { Policy } from '@zongheng/server/api.ts'
import type { Key } from '../i18n/index.svelte.ts'

export interface PolicyField {
  /** Where it stands in the policy: `password.minLength`. Also names its words. */
  path: string
  min: number
  max: number
  unit: 'characters' | 'kinds' | 'times' | 'days' | 'minutes' | 'hours'
  hint?: true
}

/** What the security officer decides, by section, with the limits the server holds to. */
export const sections = {
  password: [
    { path: 'password.minLength', min: 8, max: 64, unit: 'characters' },
    { path: 'password.minKinds', min: 1, max: 4, unit: 'kinds', hint: true },
    { path: 'password.history', min: 0, max: 24, unit: 'times' },
    { path: 'password.maxAgeDays', min: 0, max: 730, unit: 'days', hint: true },
  ],
  lockout: [
    { path: 'lockout.afterFailures', min: 3, max: 20, unit: 'times' },
    { path: 'lockout.minutes', min: 1, max: 1440, unit: 'minutes', hint: true },
  ],
  session: [
    { path: 'session.idleMinutes', min: 5, max: 1440, unit: 'minutes' },
    { path: 'session.lifetimeHours', min: 1, max: 720, unit: 'hours' },
  ],
  tokens: [{ path: 'tokenMaxDays', min: 1, max: 1095, unit: 'days' }],
  audit: [{ path: 'auditKeepDays', min: 183, max: 3650, unit: 'days', hint: true }],
} as const satisfies Record<string, readonly PolicyField[]>

export const fields: readonly PolicyField[] = Object.values(sections).flat()
export const fieldTitle = ({ path }: PolicyField) => `policy.${path}` as Key
export const fieldHint = ({ path }: PolicyField) => `policy.${path}.hint` as Key
export const fieldUnit = ({ unit }: PolicyField) => `policy.unit.${unit}` as Key

type Tree = { [key: string]: number | string[] | Tree }

export function valueAt(policy: Policy, path: string): number {
  const value = path.split('.').reduce<unknown>((tree, key) => (tree as Tree)[key], policy)
  return value as number
}

/** A copy of `policy` in which `path` is `value`. */
export function withValue(policy: Policy, path: string, value: number): Policy {
  const put = (tree: Tree, [key, ...rest]: string[]): Tree => ({
    ...tree,
    [key!]: rest.length > 0 ? put(tree[key!] as Tree, rest) : value,
  })
  return put(policy as unknown as Tree, path.split('.')) as unknown as Policy
}

export interface PolicyChange {
  field: PolicyField
  from: number
  to: number
}

export const changesOf = (before: Policy, after: Policy): PolicyChange[] =>
  fields
    .map((field) => ({ field, from: valueAt(before, field.path), to: valueAt(after, field.path) }))
    .filter(({ from, to }) => from !== to)

export const isWithin = ({ min, max }: PolicyField, value: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max
