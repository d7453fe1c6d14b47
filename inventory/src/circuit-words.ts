/** What a description of a port says of the circuit on it, as ifAlias holds it: Chinese, English and the usual mixture. Pure. */
import type { Access } from './access.ts'
import { accessWords, carrierWords, roleWords, type CarrierKey } from './circuit-word-tables.ts'
import type { CircuitRole } from './circuit.ts'

/** Null: it does not say. */
export interface CircuitWords {
  carrier: CarrierKey | null
  number: string | null
  bandwidthBps: number | null
  access: Access | null
  role: CircuitRole | null
  /** Which of the places is meant, by its id; null when none is, or more than one could be. */
  placeId: string | null
}

/** Names by which a place may be called, pinyin and initials among them. */
export interface Place {
  id: string
  names: readonly string[]
}

/** Longer ones are no names of ports [RFC 2863: 64 octets; makers allow up to 240]. */
const mostCharacters = 255

/** O(text · (words + places)). */
export function circuitWords(description: string, places: readonly Place[] = []): CircuitWords {
  const text = description.normalize('NFKC').slice(0, mostCharacters)
  const number = numberIn(text)
  const rest = number === null ? text : text.replace(number, ' ')
  return {
    carrier: firstOf(carrierWords, rest),
    number,
    bandwidthBps: bandwidthIn(rest),
    access: firstOf(accessWords, rest),
    role: firstOf(roleWords, rest),
    placeId: placeIn(rest, places),
  }
}

const firstOf = <T>(words: readonly (readonly [RegExp, T])[], text: string): T | null =>
  words.find(([pattern]) => pattern.test(text))?.[1] ?? null

/** What follows a word for it; else what only a number looks like: letters, and at least four digits. */
const named = /(?:电路(?:代号|编号|号)|专线号|线路(?:编号|号)|circuit\s*(?:id|no)|cct|ckt|\bcid)[\s.:#_=-]*([A-Za-z0-9\u4e00-\u9fff][\w\u4e00-\u9fff/-]{2,39})/i // prettier-ignore
const shaped = [
  /(?<![A-Za-z\d-])[A-Za-z]{2,6}-[A-Za-z0-9]{2,8}-[A-Za-z0-9]{2,6}\d{4,}/, // HEB-SJZ-MSTP0001
  /(?<![A-Za-z\d-])\d{4,6}-\d{4,6}-[A-Za-z]{2,6}\d{4,}/, // 6401-0181-MSTP0021
  /[\u4e00-\u9fff]{2,8}[A-Z]{2,4}\d{4,6}[A-Z]{1,3}(?![A-Za-z\d])/, // 北京天津ANE0365NP
  /(?<![A-Za-z\d])[A-Z]{2,4}\d{4,8}[A-Z]{1,3}(?![A-Za-z\d])/, // ANE0365NP
  /(?<![A-Za-z\d])[A-Z]{2,6}\d{6,14}(?![A-Za-z\d])/, // SJZ20210034
  /(?<![\d.])\d{8,14}(?![\d.A-Za-z])/, // 0311800123
]

function numberIn(text: string): string | null {
  const said = named.exec(text)?.[1]
  if (said && /\d{3}/.test(said)) return ended(said)
  for (const shape of shaped) {
    const found = shape.exec(text)?.[0]
    if (found) return found
  }
  return null
}

/** A separator's words do not belong to it: `ANE0365NP_主`. */
const ended = (number: string) => number.replace(/[_/-]*(?:主用?|备用?|primary|backup)?[_/-]*$/i, '')

const amount = /(?<![A-Za-z\d./])(?:(?:mstp|sdh|vpn|pon|fe|ge)[\s_-]?)?(\d{1,5}(?:\.\d{1,3})?)\s*([kmgt])(?:bps|bit\/s|b\/s|b|bit)?(?![A-Za-z\d/])/i // prettier-ignore
const glued = /(?:mstp|sdh|vpn|专线|fibre|光纤|pon)[\s_-]?(\d{1,5}(?:\.\d{1,3})?)\s*([kmgt])(?![A-Za-z\d/])/i
const factors: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 }
const spoken: readonly (readonly [RegExp, number])[] = [
  [/万兆/, 1e10],
  [/千兆/, 1e9],
  [/百兆/, 1e8],
  [/十兆/, 1e7],
  [/两兆|二兆/, 2e6],
]
const inChinese = /(\d{1,5}(?:\.\d{1,3})?)\s*(兆|吉)/

/** Of a mobile network, a generation is no bandwidth. */
const generation = /(?<![A-Za-z\d])[2345]G(?![A-Za-z\d])/g

function bandwidthIn(text: string): number | null {
  const rest = accessWords.some(([pattern, access]) => (access === '4g' || access === '5g') && pattern.test(text)) ? text.replace(generation, ' ') : text // prettier-ignore
  const [, digits, unit] = amount.exec(rest) ?? glued.exec(rest) ?? []
  if (digits && unit) return Math.round(Number(digits) * factors[unit.toLowerCase()]!) || null
  const [, count, word] = inChinese.exec(rest) ?? []
  if (count) return Math.round(Number(count) * (word === '兆' ? 1e6 : 1e9)) || null
  return firstOf(spoken, rest) ?? (/(?<![A-Za-z\d])E1(?![A-Za-z\d/])/.test(rest) ? 2_048_000 : null)
}

/** A name within a longer one that is said is not said; a name in letters is a whole word, and one character is none. */
function placeIn(text: string, places: readonly Place[]): string | null {
  const said = text.toLowerCase()
  const words = new Set(said.match(/[a-z\d]+/g))
  const hits = places.flatMap(({ id, names }) =>
    names
      .map((name) => name.toLowerCase())
      .filter((name) => name.length > 1 && (/^[a-z\d]+$/.test(name) ? words.has(name) : said.includes(name)))
      .map((name) => ({ id, name })),
  )
  const ids = new Set(hits.filter(({ name }) => !hits.some((one) => one.name !== name && one.name.includes(name))).map(({ id }) => id)) // prettier-ignore
  return ids.size === 1 ? [...ids][0]! : null
}
