import { squeezed } from './words.ts'

/** A row that may be what is looked for. */
export interface Candidate {
  title: string
  body: string
  keywords: string
  /** Found by its title and keywords, or initials of it. */
  isHead: boolean
  weight: number
  updatedAt: number
}

export interface Asked {
  /** What was typed, squeezed. */
  whole: string
  /** Rare ones say more. */
  tokens: readonly { text: string; weight: number }[]
}

const dayMs = 86_400_000

/**
 * How well a candidate answers, more is better. What was typed, whole, in a title outdoes any count of its words, most of all where
 * it is most of the title; next where the words are; usefulness and freshness part what is else alike.
 */
export function scoreOf(candidate: Candidate, { whole, tokens }: Asked, nowMs: number): number {
  const title = squeezed(candidate.title)
  const keywords = candidate.keywords.toLowerCase()
  const body = candidate.body.toLowerCase()
  const standing = (token: string) =>
    title.includes(token) ? 3
    : keywords.includes(token) ? 2.5
    : body.includes(token) ? 1
    : candidate.isHead ? 2 : 0 // prettier-ignore
  const total = tokens.reduce((sum, { weight }) => sum + weight, 0)
  const covered = tokens.reduce((sum, { text, weight }) => sum + weight * standing(text), 0) / (total || 1)
  const useful = Math.log2(1 + Math.max(0, candidate.weight)) / 8
  const fresh = 0.2 / (1 + Math.max(0, nowMs - candidate.updatedAt) / (365 * dayMs))
  return wholeIn(whole, title, keywords, body) + 2 * covered + useful + fresh
}

function wholeIn(whole: string, title: string, keywords: string, body: string): number {
  const share = Math.min(1, whole.length / Math.max(1, title.length))
  if (title === whole) return 12
  if (title.startsWith(whole)) return 9 + share
  if (title.includes(whole)) return 8 + share
  if (keywords.split(/\s+/).includes(whole)) return 6
  if (keywords.includes(whole)) return 5
  return body.includes(whole) ? 3 : 0
}
