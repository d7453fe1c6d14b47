/** Devices made from a profile's own rules: for each rule one that has what the rule reads, and nothing else. */
import type { RowRule } from '@zongheng/inventory/profile.ts'
import fc from 'fast-check'
import type { SnmpValue, VarBind } from '../snmp/session.ts'
import { compareOids } from '../snmp/oid.ts'
import { indexAt } from './rows.ts'

export type Made = Map<string, number | string>

const seed = 1
const samples = new Map<string, string[]>()

/** A pattern without what the sampler does not know: where it looks around, and word boundaries. */
function sampled(pattern: string): RegExp {
  let plain = pattern.replaceAll('\\b', '')
  for (let at = plain.search(/\(\?<?[=!]/); at >= 0; at = plain.search(/\(\?<?[=!]/)) {
    let [end, open] = [at + 1, 1]
    for (; open > 0 && end < plain.length; end++) {
      if (plain[end] === '\\') end++
      else if (plain[end] === '(') open++
      else if (plain[end] === ')') open--
    }
    plain = plain.slice(0, at) + plain.slice(end)
  }
  return new RegExp(plain)
}

/** Texts that match, as far as some can be made. */
export function textsFor(pattern: string): string[] {
  const known = samples.get(pattern)
  if (known) return known
  const texts = fc.sample(fc.stringMatching(sampled(pattern)), { seed, numRuns: 60 })
  const matching = [...plainNumbers, ...texts].filter((text) => new RegExp(pattern).test(text))
  samples.set(pattern, matching)
  return matching
}

const plainNumbers = ['42', '42.5', '42 C', '7', '1']
const plain = [1, 2, 3, 99, 0, 5, 100, 'other', '']

export const isDotted = (index: string) => /^\d{1,9}(\.\d{1,9})*$/.test(index)

/** Indexes that a rule's pattern lets in. */
export function indexesFor(pattern: string | undefined): string[] {
  const usual = ['1', '0', '7', '1.1', '1.2', '7.3.2', '1.2.3.4', '1.1.1.1.1']
  if (pattern === undefined) return usual
  const regex = new RegExp(pattern)
  const small = Array.from({ length: 60 }, (_, i) => [
    `${i}`,
    `1.${i}`,
    `${i}.1`,
    `1.1.${i}`,
    `1.${i}.1`,
  ]).flat()
  return [...usual, ...small, ...textsFor(pattern).filter(isDotted)].filter((index) => regex.test(index))
}

function suits(rule: RowRule, value: number | string): boolean {
  if (rule.in && !rule.in.some((wanted) => String(wanted) === String(value))) return false
  if (rule.notIn?.some((wanted) => String(wanted) === String(value))) return false
  return !rule.match || new RegExp(rule.match).test(String(value))
}

/** Puts values that the rules keep a row for; `values` are what the row's own column may hold, best first. False when none does. */
export function putRow(
  made: Made,
  where: RowRule[],
  index: string,
  own?: { column: string; values: (number | string)[] },
): boolean {
  const cells = new Map<string, RowRule[]>()
  for (const rule of where) {
    const oid = `${rule.column}.${rule.at ? indexAt(rule.at, index) : index}`
    cells.set(oid, [...(cells.get(oid) ?? []), rule])
  }
  const ownOid = own && `${own.column}.${index}`
  if (ownOid && !cells.has(ownOid)) cells.set(ownOid, [])
  for (const [oid, rules] of cells) {
    const values =
      own && oid === ownOid
        ? own.values
        : [
            ...rules.flatMap((rule) => [...(rule.in ?? []), ...(rule.match ? textsFor(rule.match) : [])]),
            ...plain,
          ]
    const value = values.find((candidate) => rules.every((rule) => suits(rule, candidate)))
    if (value === undefined) return false
    made.set(oid, value)
  }
  return true
}

const valueOf = (value: number | string): SnmpValue =>
  typeof value === 'number' && Number.isSafeInteger(value)
    ? { type: 'integer', value }
    : { type: 'octets', value: Buffer.from(String(value)) }

export const objectsOf = (made: Made): VarBind[] =>
  [...made].map(([oid, value]) => ({ oid, value: valueOf(value) })).sort((a, b) => compareOids(a.oid, b.oid))
