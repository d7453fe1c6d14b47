import { createRequire } from 'node:module'
import type * as Cutting from '@node-rs/jieba'
import type * as Dictionary from '@node-rs/jieba/dict.js'
import type * as Pronouncing from 'pinyin-pro'

const require = createRequire(import.meta.url)

let jieba: Cutting.Jieba | undefined
let pinyin: typeof Pronouncing.pinyin | undefined

/** Loaded with its dictionary at the first search, not at the start of a server that nobody asks. */
function cutter(): Cutting.Jieba {
  if (jieba) return jieba
  const { Jieba: Cutter } = require('@node-rs/jieba') as typeof Cutting
  const { dict } = require('@node-rs/jieba/dict.js') as typeof Dictionary
  return (jieba = Cutter.withDict(dict))
}

/** Longer texts are found by their beginning. */
const maxChars = 64_000
/** FTS5 and tsvector take longer ones; nobody types them. */
const maxWordChars = 64
const maxTerms = 16
const maxAskedChars = 200

const runs = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu
export const isHan = (text: string) => /^\p{Script=Han}/u.test(text)
const folded = (text: string) => text.normalize('NFKC').toLowerCase()

/** As it is compared: one width, one case, no spaces. */
export const squeezed = (text: string) => folded(text).replace(/\s+/g, '')

/**
 * What a text is found by: Latin words and numbers, and each two Chinese characters that stand side by side, wherever a dictionary
 * would cut them; the last one of a run alone, so that any character is the beginning of a token.
 */
export function tokensOf(text: string): string[] {
  const found = folded(text.slice(0, maxChars)).match(runs) ?? []
  return [
    ...new Set(found.flatMap((run) => (isHan(run) ? [...pairs(run), [...run].at(-1)!] : [run]))),
  ].filter((token) => token.length <= maxWordChars)
}

function pairs(run: string): string[] {
  const chars = [...run]
  return chars.slice(1).map((char, i) => chars[i]! + char)
}

/** A token asked for; `isOpen`: or any that begins so. */
export interface Token {
  text: string
  isOpen: boolean
}

/** What a term is found by; the last Latin one may be half typed. */
export function tokensAsked(terms: readonly string[]): Token[] {
  const tokens = terms.flatMap((term, i) =>
    !isHan(term) ? [{ text: term, isOpen: i === terms.length - 1 }]
    : [...term].length === 1 ? [{ text: term, isOpen: true }]
    : pairs(term).map((text) => ({ text, isOpen: false })),
  ) // prettier-ignore
  return [...new Map(tokens.map((token) => [token.text, token])).values()]
}

/** Said with every question, and no part of it. */
const fillers = new Set(
  '的 了 吗 呢 啊 吧 么 又 也 都 就 还 很 在 是 有 和 与 及 被 把 给 让 请 我 你 他 我们 你们 他们 这 那 这个 那个 怎么 怎么办 怎样 如何 什么 为什么 请问 一下 今天 现在'.split(
    ' ',
  ),
)

/** What a person typed, as at most 16 different words; characters that stand alone side by side are one word. */
export function termsOf(text: string): string[] {
  const pieces = cutter()
    .cut(folded(text.slice(0, maxAskedChars)), true)
    .flatMap((piece) => piece.match(runs) ?? [' '])
  const words = joined(pieces.map((piece) => (fillers.has(piece) ? ' ' : piece)))
  const asked = words.length > 0 ? words : pieces.filter((piece) => piece !== ' ')
  return [...new Set(asked)].filter((word) => word.length <= maxWordChars).slice(0, maxTerms)
}

/** 卡 纸 → 卡纸: no dictionary knows each word of a trade. */
function joined(pieces: readonly string[]): string[] {
  const words: string[] = []
  let isLone = false
  for (const piece of pieces) {
    const lone = isHan(piece) && [...piece].length === 1
    if (lone && isLone) words[words.length - 1] += piece
    else if (piece !== ' ') words.push(piece)
    isLone = lone
  }
  return words
}

/** Initials of a title from each of its words on, and from words within words: 激光打印机 → jgdyj dyj. */
export function initialsOf(title: string): string[] {
  const text = folded(title.slice(0, 200))
  const han = text.replace(/\P{Script=Han}+/gu, '')
  const letters = [...han].length === 0 ? [] : spelledEach(han, 'first')
  const starts = new Set(
    cutter()
      .cutForSearch(text, true)
      .flatMap((word) => (isHan(word) ? placesOf(word, han) : [])),
  )
  return [...new Set([...starts].map((at) => letters.slice(at).join('').slice(0, maxWordChars)))]
}

/** Where a word stands in a text, counted in characters. */
function placesOf(word: string, text: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    places.push([...text.slice(0, at)].length)
  return places
}

/** A Chinese text in Latin letters, without tones: 正定 → zhengding, or of each character the first letter alone. */
export function spelled(text: string, pattern: 'pinyin' | 'first' = 'pinyin'): string {
  return spelledEach(text, pattern).join('').toLowerCase()
}

function spelledEach(text: string, pattern: 'pinyin' | 'first'): string[] {
  pinyin ??= (require('pinyin-pro') as typeof Pronouncing).pinyin
  return pinyin(text, { pattern, toneType: 'none', type: 'array', v: true })
}
