/** What a clock shows: how much is left, how grave that is, and the slice of the pie. */
export type Standing = 'ok' | 'warn' | 'breach' | 'hold' | 'met'

/** Used up beyond this, it warns. */
const warnsAt = 0.75

export interface Reading {
  standing: Standing
  /** Of the target, from 1 (all) to 0. */
  leftShare: number
  /** Until it is due; negative: overdue. Null: it does not run. */
  leftMs: number | null
}

/** What the API tells of a clock, as much as is needed. */
export interface Readable {
  state: 'running' | 'paused' | 'stopped'
  targetMs: number
  elapsedMs: number
  dueAt: number | null
  breachedAt: number | null
}

/** Over nights and weekends less working time is left than the hours until it is due. */
export function readingOf(clock: Readable, nowMs: number): Reading {
  const { state, targetMs, elapsedMs, dueAt, breachedAt } = clock
  const usedLeft = targetMs - elapsedMs
  if (state === 'stopped')
    return { standing: breachedAt === null ? 'met' : 'breach', leftShare: share(usedLeft, targetMs), leftMs: null } // prettier-ignore
  if (state === 'paused' || dueAt === null)
    return { standing: 'hold', leftShare: share(usedLeft, targetMs), leftMs: null }
  const leftMs = dueAt - nowMs
  const leftShare = share(Math.min(leftMs, usedLeft), targetMs)
  return { standing: leftMs < 0 ? 'breach' : leftShare <= 1 - warnsAt ? 'warn' : 'ok', leftShare, leftMs }
}

const share = (leftMs: number, targetMs: number) => Math.min(1, Math.max(0, leftMs / targetMs))

const hour = 3_600_000
const perPriority = {
  response: { P1: 0.25 * hour, P2: 0.5 * hour, P3: 2 * hour, P4: 24 * hour },
  resolution: { P1: 4 * hour, P2: 8 * hour, P3: 24 * hour, P4: 72 * hour },
} as const

/** For a row that knows no more of its clock than when it is due: the usual target of its priority. */
export const usualTargetMs = (measure: string | null, priority: keyof (typeof perPriority)['response']) =>
  perPriority[measure === 'response' ? 'response' : 'resolution'][priority]

/** `17:53`, `1:24:36`, `−12:40`; from two days on `3 天` is said in words, which is the caller's. */
export function countdown(leftMs: number): string {
  const seconds = Math.floor(Math.abs(leftMs) / 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${leftMs < 0 ? '−' : ''}${h > 0 ? `${h}:` : ''}${two(m)}:${two(s)}`
}

/** The slice of what is left, clockwise from twelve; radius 5 in a box of 16. */
export function slice(leftShare: number): string {
  if (leftShare >= 0.999) return 'M8 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10z'
  const angle = 2 * Math.PI * leftShare
  const x = (8 + 5 * Math.sin(angle)).toFixed(2)
  const y = (8 - 5 * Math.cos(angle)).toFixed(2)
  return `M8 8V3A5 5 0 ${leftShare > 0.5 ? 1 : 0} 1 ${x} ${y}z`
}
