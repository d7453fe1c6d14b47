import { dayOf } from '../days.ts'

const dayMs = 24 * 3_600_000
/** A certificate that ends sooner is worth a mark: time enough for the next examination. */
const soonDays = 90

export interface Expiry {
  state: 'expired' | 'soon' | 'fine'
  /** Whole days left; negative when it is over. */
  days: number
}

/** How long a certificate still holds on the day of `now`; its last day counts. Null: it has no end. */
export function expiryOf(expiresOn: string | undefined, now: number): Expiry | null {
  if (!expiresOn) return null
  const today = Date.parse(dayOf(now))
  const days = Math.round((Date.parse(expiresOn) - today) / dayMs)
  return { days, state: days < 0 ? 'expired' : days <= soonDays ? 'soon' : 'fine' }
}

/** What was typed as a list: parted by commas of either script, semicolons or lines, nothing twice. */
export const listed = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、;；\n]/)
      .map((one) => one.trim())
      .filter(Boolean),
  ),
]
