/** A row that has the words, as the database ranked it: `rank` from 0, the best first. */
export interface Candidate {
  title: string
  body: string
  keywords: string
  weight: number
  updatedAt: number
}

const dayMs = 86_400_000
const squeezed = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/**
 * How well a candidate answers, more is better. What was typed, whole, in a title outdoes any count of its words;
 * the database's own order comes next; usefulness and freshness part what is else alike.
 */
export function scoreOf(candidate: Candidate, rank: number, text: string, nowMs: number): number {
  const asked = squeezed(text)
  const title = squeezed(candidate.title)
  const whole =
    title === asked ? 12
    : title.startsWith(asked) ? 9
    : title.includes(asked) ? 8
    : squeezed(candidate.keywords).includes(asked) ? 5
    : squeezed(candidate.body).includes(asked) ? 3
    : 0 // prettier-ignore
  const useful = Math.log2(1 + Math.max(0, candidate.weight)) / 8
  const fresh = 0.2 / (1 + Math.max(0, nowMs - candidate.updatedAt) / (365 * dayMs))
  return whole + 6 / (1 + rank / 4) + useful + fresh
}
