/** A piece of text, and whether it is what was looked for. */
export interface Piece {
  text: string
  hit: boolean
}

const width = 96
const before = 24

/** The part of a text around the first of the terms, cut into pieces: the screen marks the hits, no markup is sent. */
export function snippetOf(text: string, terms: readonly string[]): Piece[] {
  const plain = text.replace(/\s+/g, ' ').trim()
  const first = positions(plain.toLowerCase(), terms)[0] ?? 0
  const from = Math.max(0, first - before)
  const shown = plain.slice(from, from + width)
  const pieces = marked(shown, terms)
  if (from > 0) pieces.unshift({ text: '…', hit: false })
  if (from + width < plain.length) pieces.push({ text: '…', hit: false })
  return pieces
}

const positions = (text: string, terms: readonly string[]) =>
  terms
    .map((term) => text.indexOf(term))
    .filter((at) => at >= 0)
    .sort((a, b) => a - b)

export function marked(text: string, terms: readonly string[]): Piece[] {
  if (terms.length === 0) return [{ text, hit: false }]
  const longestFirst = [...terms].sort((a, b) => b.length - a.length).map(escaped)
  return text
    .split(new RegExp(`(${longestFirst.join('|')})`, 'giu'))
    .map((piece, i) => ({ text: piece, hit: i % 2 === 1 }))
    .filter((piece) => piece.text !== '')
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
