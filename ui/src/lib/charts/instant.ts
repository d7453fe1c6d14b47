import { hourMinute, monthDay } from '../time.svelte.ts'

const dayMs = 24 * 3_600_000

/** The instant of a reading, with its day where the period shown has several. */
export const instantWords = (at: number, spanMs: number) =>
  spanMs > dayMs ? `${monthDay(at)} ${hourMinute(at)}` : hourMinute(at)
