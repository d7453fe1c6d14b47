import { monthBounds, monthOf } from '@zongheng/inventory/zone.ts'

/** The first instant of the month that an instant lies in, at the installation's midnight. */
export const startOfMonth = (nowMs: number, timeZone: string): number =>
  monthBounds(monthOf(nowMs, timeZone), timeZone).from
