/** A record as archives and exports hold it: one JSON object a line, the stored values under their stored names. */
import { chained, type Chained, type Link } from './chain.ts'

export interface Line extends Link {
  /** The hash of the record before: each line can be checked by itself. */
  previous: string
}

const names = [...chained, 'previous', 'hash', 'seal'] as const
/** Longer than any record: `before` and `after` are bounded. */
export const lineAtMost = 1024 * 1024

export const lineOf = (record: Chained & { hash: string; seal: string }, previous: string): string => {
  const line = { ...record, previous }
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, line[name]]))) + '\n'
}

/** Null for what is no record. */
export function parseLine(text: string): Line | null {
  if (text.length > lineAtMost) return null
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const line = value as Record<string, unknown>
  const isSound = names.every((name) => isPlain(line[name])) && Object.keys(line).length === names.length
  const isPlaced = Number.isSafeInteger(line.seq) && [line.previous, line.hash, line.seal].every(isText)
  return isSound && isPlaced ? (value as Line) : null
}

const isText = (value: unknown) => typeof value === 'string'
const isPlain = (value: unknown) => value === null || isText(value) || Number.isFinite(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
