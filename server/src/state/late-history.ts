/** History that is put right by evidence which came late. Pure. */

/** A change of one entity's state; the chain of them, oldest first, is its history. */
export interface Turn {
  /** Of its row; null while it has none. */
  id: string | null
  from: string | null
  to: string
  atMs: number
  /** JSON, as it is kept. */
  evidence: string
}

/** What late evidence says: the entity was in this state from (inclusive) until (exclusive). */
export interface Piece {
  state: string
  fromMs: number
  untilMs: number
  evidence: string
}

const unknown = 'unknown'

/**
 * The chain with the piece where it was unknown. What was known stays, and so does the present: the last turn is still open, and
 * late evidence says nothing of now. Neighbours that are the same become one. Doing it twice changes nothing more.
 */
export function fillUnknown(chain: readonly Turn[], { state, fromMs, untilMs, evidence }: Piece): Turn[] {
  const filled: Turn[] = []
  const put = (turn: Omit<Turn, 'from'>) => {
    const before = filled.at(-1)
    if (before?.to === turn.to) return
    filled.push({ ...turn, from: before ? before.to : (chain[0]?.from ?? null) })
  }
  for (const [i, turn] of chain.entries()) {
    const endMs = chain[i + 1]?.atMs ?? null
    const start = Math.max(turn.atMs, fromMs)
    const end = Math.min(endMs ?? 0, untilMs)
    if (turn.to !== unknown || endMs === null || start >= end) {
      put(turn)
      continue
    }
    if (turn.atMs < start) put(turn)
    put({ id: null, to: state, atMs: start, evidence })
    if (end < endMs) put({ ...turn, id: turn.atMs < start ? null : turn.id, atMs: end })
  }
  return filled
}

/** Rows that are gone or no longer as they were, and those to be kept instead. */
export function differences(
  before: readonly Turn[],
  after: readonly Turn[],
): { gone: string[]; kept: Turn[] } {
  const wanted = new Map(after.flatMap((turn) => (turn.id === null ? [] : [[turn.id, turn] as const])))
  const isSame = (a: Turn, b: Turn | undefined) =>
    b !== undefined && a.atMs === b.atMs && a.from === b.from && a.to === b.to
  const gone = before.filter((turn) => !isSame(turn, wanted.get(turn.id!))).map((turn) => turn.id!)
  const changed = new Set(gone)
  return { gone, kept: after.filter((turn) => turn.id === null || changed.has(turn.id)) }
}
