import { dayOf } from '../days.ts'
import { exact, hourMinute } from '../time.svelte.ts'
import type { Span } from './days.ts'

/** `11-22 23:00 – 02:00` */
export function spanWords({ fromAt, untilAt }: Span): string {
  const from = exact(fromAt).slice(5, 16)
  const isSameDay = dayOf(fromAt) === dayOf(untilAt)
  return `${from} – ${isSameDay ? hourMinute(untilAt) : exact(untilAt).slice(5, 16)}`
}
