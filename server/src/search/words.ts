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

const inner = /[\p{L}\p{N}]+/gu

/** The words of a text in its order, lower case, each with the shorter words within it: 路由器故障 → 路由 路由器 故障. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase().slice(0, maxChars)
  const cut = cutter().cutForSearch(plain, true)
  return cut.flatMap((piece) => piece.match(inner) ?? []).filter((word) => word.length <= maxWordChars)
}

/** Initials of a title from each of its words on: 路由器重启 → lyqcq cq. */
export function initialsOf(title: string): string[] {
  const plain = title.normalize('NFKC').toLowerCase().slice(0, 200)
  const words = cutter()
    .cut(plain, true)
    .flatMap((piece) => piece.match(/\p{Script=Han}+/gu) ?? [])
  const initials = words.map(firstLetters)
  return [...new Set(initials.map((_, i) => initials.slice(i).join('').slice(0, maxWordChars)))]
}

function firstLetters(word: string): string {
  pinyin ??= (require('pinyin-pro') as typeof Pronouncing).pinyin
  return pinyin(word, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase()
}

const maxTerms = 16

/** What a person typed, as at most 16 different words. */
export const termsOf = (text: string): string[] =>
  [...new Set(wordsOf(text.slice(0, 200)))].slice(0, maxTerms)
