import type { RowRule } from '@zongheng/inventory/profile.ts'
import type { SnmpValue } from '../snmp/value.ts'
import { rawNumber, type Reading } from './plan.ts'
import type { Column, Tables } from './tables.ts'
import { decodeText, textOf } from './text.ts'

function equals(value: SnmpValue | undefined, wanted: number | string): boolean {
  return typeof wanted === 'number' ? rawNumber(value?.value) === wanted : textOf(value) === wanted
}

/** The index that a pattern such as `{1}` builds from a row's own. */
export function indexAt(pattern: string, index: string): string {
  const parts = index.split('.')
  return pattern.replace(/\{(\d+)\}/g, (_, place: string) => parts[Number(place) - 1] ?? '')
}

/** Whether a row satisfies every rule; a row without a value in the rule's column is in nothing. */
async function keeps(tables: Tables, rules: RowRule[], index: string): Promise<boolean> {
  for (const rule of rules) {
    const value = (await tables.column(rule.column)).get(rule.at ? indexAt(rule.at, index) : index)
    if (rule.in && !rule.in.some((wanted) => equals(value, wanted))) return false
    if (rule.notIn?.some((wanted) => equals(value, wanted))) return false
    if (rule.match && !new RegExp(rule.match).test(textOf(value))) return false
  }
  return true
}

/**
 * The rows of a column that satisfy the rules, and whose index matches. `beside`: columns that will be looked at for each of them; where there
 * is a row, they are asked for together.
 */
export async function rowsOf(
  tables: Tables,
  oid: string,
  rules: RowRule[],
  indexPattern?: string,
  beside: readonly (string | undefined)[] = [],
): Promise<Column> {
  const wanted = indexPattern === undefined ? null : new RegExp(indexPattern)
  const rows = [...(await tables.column(oid))].filter(([index]) => !wanted || wanted.test(index))
  if (rows.length > 0) await tables.columns([...rules.map(({ column }) => column), ...beside])
  const kept: Column = new Map()
  for (const [index, value] of rows) if (await keeps(tables, rules, index)) kept.set(index, value)
  return kept
}

interface Wording {
  descr?: string
  text?: string
  textIndex?: string
  textAt?: string
}

export const wordColumns = ({ text, textIndex }: Wording) => [text, textIndex]

/** The index at which the words of a row stand. */
async function textIndexOf(tables: Tables, wording: Wording, index: string): Promise<string> {
  if (wording.textIndex) return textOf((await tables.column(wording.textIndex)).get(index))
  return wording.textAt ? indexAt(wording.textAt, index) : index
}

/** The texts that an index begins with, each its length and then its octets [RFC 2578, 7.7], and what follows them. */
export function wordsOf(index: string): { words: string[]; rest: string } {
  let arcs = index.split('.').map(Number)
  const words: string[] = []
  for (let [length = Infinity] = arcs; length < arcs.length; [length = Infinity] = arcs) {
    words.push(decodeText(Uint8Array.from(arcs.slice(1, length + 1))))
    arcs = arcs.slice(length + 1)
  }
  return { words, rest: arcs.join('.') }
}

/** What stands for a name between braces. */
function filling(name: string, index: string, text: string): string {
  if (name === 'text') return text
  if (name === 'index') return index
  if (name === 'rest') return wordsOf(index).rest
  if (name.startsWith('word')) return wordsOf(index).words[Number(name.slice(4)) - 1] ?? ''
  return index.split('.')[Number(name) - 1] ?? ''
}

/** What to call a row. `fallback` is used where the device has no words of its own. */
export async function wordRow(
  tables: Tables,
  wording: Wording,
  index: string,
  fallback: string,
): Promise<string> {
  const pointer = await textIndexOf(tables, wording, index)
  const text = wording.text ? textOf((await tables.column(wording.text)).get(pointer)) : ''
  const filled = (wording.descr ?? '{text}').replace(/\{(\w+)\}/g, (_, name: string) =>
    filling(name, index, text),
  )
  return filled.replace(/\s+/g, ' ').trim() || (index === '0' ? fallback : `${fallback} ${index}`)
}

interface NumericRule {
  column: string
  match?: string
  scale: number
  scaleColumn?: string
  divisorColumn?: string
  digitsColumn?: string
  offset: number
  invalid: number[]
  min?: number
  max?: number
  form?: Reading['form']
  codes?: Record<string, number>
}

export const scaleColumns = ({ scaleColumn, divisorColumn, digitsColumn }: NumericRule) => [scaleColumn, divisorColumn, digitsColumn] // prettier-ignore

/** What a row's own columns make of a rule's scale; a column without the row leaves it as it is. */
async function scaleOf(tables: Tables, rule: NumericRule, index: string): Promise<number> {
  const value = async (column: string | undefined) =>
    column === undefined ? null : rawNumber((await tables.column(column)).get(index)?.value)
  const digits = (await value(rule.digitsColumn)) ?? 0
  const factor = (await value(rule.scaleColumn)) ?? 1
  return (rule.scale * factor) / Math.abs((await value(rule.divisorColumn)) || 1) / 10 ** Math.max(0, digits)
}

/** How one row of a numeric column is read from now on. */
export async function readingOf(tables: Tables, rule: NumericRule, index: string): Promise<Reading> {
  return {
    oid: `${rule.column}.${index}`,
    form: rule.form ?? 'number',
    ...(rule.match !== undefined && { match: rule.match }),
    scale: await scaleOf(tables, rule, index),
    offset: rule.offset,
    invalid: rule.invalid,
    min: rule.min ?? null,
    max: rule.max ?? null,
    codes: rule.codes ?? null,
  }
}
