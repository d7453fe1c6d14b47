import type { LogKind } from '@zongheng/collector/contract.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import { Pattern } from './pattern.ts'
import type { LogMatch } from './schema.ts'

/** What of a record rules look at. */
export interface Matched {
  kind: LogKind
  name: string
  severity: number
  text: string
  role: DeviceRole | null
}

export type Matches = (record: Matched) => boolean

/** Of the text of a record, so much is looked at. */
const textLooked = 1000

/** Throws PatternError. */
export function matcherOf({ kinds, names, severity, pattern, roles }: LogMatch): Matches {
  const name = names && namesMatcher(names)
  const found = pattern === undefined ? null : new Pattern(pattern)
  return (record) =>
    (!kinds || kinds.length === 0 || kinds.includes(record.kind)) &&
    (severity === undefined || record.severity <= severity) &&
    (!roles || roles.length === 0 || (record.role !== null && roles.includes(record.role))) &&
    (!name || name(record.name)) &&
    (!found || found.test(record.text.slice(0, textLooked)))
}

/** Exact, or with `*` for anything; case does not count. */
export function namesMatcher(names: readonly string[]): (name: string) => boolean {
  if (names.length === 0) return () => true
  const exact = new Set(names.filter((name) => !name.includes('*')).map((name) => name.toLowerCase()))
  const globs = names.filter((name) => name.includes('*')).map((name) => name.toLowerCase().split('*'))
  return (name) => {
    const lower = name.toLowerCase()
    return exact.has(lower) || globs.some((parts) => isGlob(lower, parts))
  }
}

/** The parts between the stars, each as early as it can be. */
function isGlob(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false
  let at = first.length
  const end = text.length - last.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
