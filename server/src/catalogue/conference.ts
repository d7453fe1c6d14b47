/** A video conference that was asked for: once it is approved, its sites are booked, and changes mind it. */
import type { Answers } from '@zongheng/inventory/form.ts'
import type { NewBooking } from '../bookings/schema.ts'
import type { Item } from './schema.ts'

const minuteMs = 60_000

/** Null: nothing to book. Of the installation's own form only what it still asks. */
export function conferenceOf({ key }: Pick<Item, 'key'>, answers: Answers): NewBooking | null {
  if (key !== 'video-conference') return null
  const { title, startsAt, minutes, main, contact, phone, others } = answers
  if (typeof title !== 'string' || typeof startsAt !== 'number' || typeof minutes !== 'number' || typeof main !== 'string') return null // prettier-ignore
  return {
    title: title.slice(0, 120),
    kind: 'video',
    startsAt,
    endsAt: startsAt + minutes * minuteMs,
    siteIds: [main],
    organiser: typeof contact === 'string' ? contact.slice(0, 80) : null,
    phone: typeof phone === 'string' ? phone : null,
    note: typeof others === 'string' ? others.slice(0, 500) : null,
  }
}
