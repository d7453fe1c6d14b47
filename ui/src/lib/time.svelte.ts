import { language, t } from './i18n/index.svelte.ts'

const zone = 'Asia/Shanghai'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** One clock for the whole console, a tick a second while anything shows it. */
class Clock {
  now = $state(Date.now())

  /** Starts ticking; call the returned function to stop. */
  run(): () => void {
    this.now = Date.now()
    const timer = setInterval(() => (this.now = Date.now()), 1000)
    return () => clearInterval(timer)
  }
}
export const clock = new Clock()

/** `35 分`, `1 时 14 分`, `3 天`. */
export function span(ms: number): string {
  const passed = Math.max(0, ms)
  if (passed < minute) return t('span.s', { n: Math.floor(passed / 1000) })
  if (passed < hour) return t('span.m', { n: Math.floor(passed / minute) })
  if (passed >= 2 * day) return t('span.d', { n: Math.floor(passed / day) })
  const minutes = Math.floor((passed % hour) / minute)
  if (minutes === 0) return t('span.h', { n: Math.floor(passed / hour) })
  return t('span.hm', { h: Math.floor(passed / hour), m: String(minutes).padStart(2, '0') })
}

/** How long since `at`, by the console's clock. */
export const elapsed = (at: number) => span(clock.now - at)

/** `3 分前`. */
export const ago = (at: number) =>
  clock.now - at < 5000 ? t('justNow') : t('sinceAgo', { time: elapsed(at) })

const formats = new Map<string, Intl.DateTimeFormat>()
function format(at: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${language.tag} ${name}`
  let made = formats.get(key)
  if (!made)
    formats.set(
      key,
      (made = new Intl.DateTimeFormat(language.tag, { timeZone: zone, hour12: false, ...options })),
    )
  return made.format(at)
}

/** `09:56` */
export const hourMinute = (at: number) => format(at, 'hm', { hour: '2-digit', minute: '2-digit' })
/** `09:56:24` */
export const timeOfDay = (at: number) =>
  format(at, 'hms', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
/** `11-23`, `23 Nov` */
export const monthDay = (at: number) =>
  language.locale === 'zh'
    ? format(at, 'md', { month: '2-digit', day: '2-digit' }).replace('/', '-')
    : format(at, 'md', { month: 'short', day: 'numeric' })
/** `09:56` today, `11-24 09:56` on another day. */
export const moment = (at: number) =>
  monthDay(at) === monthDay(clock.now) ? hourMinute(at) : `${monthDay(at)} ${hourMinute(at)}`
export const weekday = (at: number) => format(at, 'wd', { weekday: 'short' })
/** Swedish writes dates as ISO 8601 does. Making a format is dear, so it is made once. */
const exactly = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
/** `2026-11-23 09:56:24`: what hovering a relative time tells. */
export const exact = (at: number) => exactly.format(at)
