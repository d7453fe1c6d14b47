import type { Socket } from './faceplate.ts'

const steps: Record<string, { dx: number; dy: number } | undefined> = {
  ArrowLeft: { dx: -1, dy: 0 },
  ArrowRight: { dx: 1, dy: 0 },
  ArrowUp: { dx: 0, dy: -1 },
  ArrowDown: { dx: 0, dy: 1 },
}
/** More than any plate is wide: the nearest row counts before the nearest column. */
const rowWeight = 100_000

const rowOf = ({ y, upper }: Socket<unknown>) => y + (upper ? 0 : 1)

/** The socket an arrow key leads to: along the row, or to the nearest of the row above or below; null at the edge. */
export function socketBeside<T>(
  sockets: readonly Socket<T>[],
  from: Socket<T>,
  key: string,
): Socket<T> | null {
  const step = steps[key]
  if (!step) return null
  const across = (to: Socket<T>) => to.x - from.x
  const down = (to: Socket<T>) => rowOf(to) - rowOf(from)
  const isAhead = (to: Socket<T>) =>
    step.dx ? down(to) === 0 && across(to) * step.dx > 0 : down(to) * step.dy > 0
  const distance = (to: Socket<T>) => Math.abs(down(to)) * rowWeight + Math.abs(across(to))
  return sockets.filter(isAhead).sort((a, b) => distance(a) - distance(b))[0] ?? null
}
