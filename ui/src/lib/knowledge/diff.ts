/** What changed between two texts, by line. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
}
export type DiffPart = DiffLine | { kind: 'skipped'; lines: number }

/** Beyond it the middle is shown as replaced: the table would take too much memory. */
const cellsAtMost = 4_000_000

/** By the longest common subsequence of lines; what is removed comes before what is added in its place. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const a = before.split('\n')
  const b = after.split('\n')
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  return [
    ...marked('same', a.slice(0, head)),
    ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...marked('same', a.slice(a.length - tail)),
  ]
}

const marked = (kind: DiffLine['kind'], lines: string[]) => lines.map((text): DiffLine => ({ kind, text }))

function between(a: string[], b: string[]): DiffLine[] {
  const width = b.length + 1
  if ((a.length + 1) * width > cellsAtMost) return [...marked('removed', a), ...marked('added', b)]
  const common = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i++]! })
      j += 1
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
      lines.push({ kind: 'removed', text: a[i++]! })
    else lines.push({ kind: 'added', text: b[j++]! })
  }
  return [...lines, ...marked('removed', a.slice(i)), ...marked('added', b.slice(j))]
}

/** Leaves out what is alike, but for so many lines around each change. */
export function folded(lines: DiffLine[], around = 2): DiffPart[] {
  const isNear = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same') // prettier-ignore
  const parts: DiffPart[] = []
  for (const [at, line] of lines.entries()) {
    const last = parts.at(-1)
    if (isNear(at)) parts.push(line)
    else if (last?.kind === 'skipped') last.lines += 1
    else parts.push({ kind: 'skipped', lines: 1 })
  }
  return parts
}
