import { blockSizes, blockToken } from '../db/search-index.ts'

/** Records `from` to `to`, both of them, as the blocks that hold them; the newest block may hold newer ones too. */
export interface Stretch {
  from: number
  to: number
  blocks: string[]
}

export interface Progress {
  /** Of how many records it is known. */
  seen: number
  found: number
  wanted: number
}

const [smallest] = blockSizes
/** Looked at when the words are as common as they were; what is rare is looked for in much more at once. */
const reserve = 2
const mostAtOnce = 16

/** How many older records hold what is still wanted, as far as can be told from those that were seen. */
export function lengthNext({ seen, found, wanted }: Progress): number {
  const missing = ((wanted - found) * seen) / found
  return Math.max(smallest, Math.min(reserve * missing, mostAtOnce * seen))
}

/** From a record back, at least so many and few more; all when little is left. */
export function stretchBack(to: number, length: number): Stretch {
  const at = to + 1 - length
  const size = largest((one) => one <= length)
  const from = at < length ? 0 : at - (at % size)
  return { from, to, blocks: blocksOf(from, to) }
}

function blocksOf(from: number, to: number): string[] {
  const blocks: string[] = []
  for (let end = to; end >= from;) {
    const size = largest((one) => isWhole(one, from, end))
    blocks.push(blockToken(size, Math.floor(end / size)))
    end -= (end % size) + 1
  }
  return blocks
}

const largest = (isOne: (size: number) => boolean) => blockSizes.findLast(isOne) ?? smallest

/** Whether the block of this size at the end begins within, and reaches beyond by less than the smallest. */
const isWhole = (size: number, from: number, end: number) =>
  end - (end % size) >= from && size - 1 - (end % size) < smallest
