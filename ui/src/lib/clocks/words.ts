import { priorities } from '@zongheng/inventory/severity.ts'
import type { EscalationRule, ServiceCalendar, ServiceClock, ServiceTarget } from '@zongheng/server/api.ts'
import { joined, t } from '../i18n/index.svelte.ts'
import { span } from '../time.svelte.ts'

export const ticketKinds = ['incident', 'request', 'problem', 'change'] as const
export const clockKinds = ['sla', 'ola', 'uc', 'closing'] as const
export const pauseReasons = ['requester', 'carrier', 'vendor', 'spare', 'change', 'approval'] as const
export const marks = [50, 75, 90, 100, 150, 200] as const

/** Whose marks are passed on; what closes by itself has nobody to tell. */
export const escalatedClocks = ['sla', 'ola', 'uc'] as const
export const escalatedMeasures = ['response', 'resolution'] as const

export const kindOptions = () => ticketKinds.map((value) => ({ value, label: t(`clocks.ticket.${value}`) }))
export const priorityOptions = priorities.map((value) => ({ value, label: value }))

/** As a step names whichever team is above the one that has a ticket. */
export const teamAbove = 'above'

const hourMs = 3_600_000
export const hoursOf = (ms: number | null) => (ms === null ? null : ms / hourMs)
export const msOf = (hours: number | null) => (hours === null ? null : Math.round(hours * hourMs))
export const spanOr = (ms: number | null) => (ms === null ? '–' : span(ms))

type Match = ServiceTarget['match']
/** A match as a form holds it; names of people's own choosing stand in one line. */
export type MatchInput = Required<Omit<Match, 'carriers' | 'categories'>> & { carriers: string; categories: string } // prettier-ignore

export const matchInput = (match: Match = {}): MatchInput => ({
  kinds: [...(match.kinds ?? [])],
  priorities: [...(match.priorities ?? [])],
  services: [...(match.services ?? [])],
  tiers: [...(match.tiers ?? [])],
  accesses: [...(match.accesses ?? [])],
  carriers: (match.carriers ?? []).join('、'),
  categories: (match.categories ?? []).join('、'),
})

const namesIn = (line: string) => [...new Set(line.split(/[,，、;；]/).map((name) => name.trim()).filter(Boolean))] // prettier-ignore

export const matchOf = ({ carriers, categories, ...chosen }: MatchInput): Match => ({
  ...chosen,
  carriers: namesIn(carriers),
  categories: namesIn(categories),
})

/** `事件、请求 · P1`; everything where nothing is said. */
function partsInWords(parts: readonly (readonly string[])[]): string {
  const said = parts.filter((part) => part.length > 0)
  return said.length === 0 ? t('clocks.everything') : said.map((part) => joined([...part])).join(' · ')
}

/** For what a target counts. */
export const matchWords = ({ match }: Pick<ServiceTarget, 'match'>): string =>
  partsInWords([
    (match.kinds ?? []).map((kind) => t(`clocks.ticket.${kind}`)),
    match.priorities ?? [],
    (match.tiers ?? []).map((tier) => t(`tier.${tier}`)),
    match.categories ?? [],
    (match.services ?? []).length > 0 ? [t('clocks.match.count', { n: match.services!.length })] : [],
    match.carriers ?? [],
    (match.accesses ?? []).map((access) => t(`access.${access}`)),
  ])

/** Of which tickets and clocks an escalation tells. */
export const escalationWords = ({ match }: Pick<EscalationRule, 'match'>): string =>
  partsInWords([
    (match.kinds ?? []).map((kind) => t(`clocks.ticket.${kind}`)),
    match.priorities ?? [],
    (match.clocks ?? []).map((kind) => t(`clocks.kind.${kind}`)),
    (match.measures ?? []).map((measure) => t(`clocks.measure.${measure}`)),
  ])

export const pauseWords = ({ pauses }: Pick<ServiceTarget, 'pauses'>) =>
  pauses.length === 0 ? t('clocks.never') : joined(pauses.map((reason) => t(`clocks.reason.${reason}`)))

/** A promise is known by its measure; what tiers and carriers owe, by its target. */
export const clockName = ({ kind, measure, name }: ServiceClock) =>
  kind === 'sla' ? t(`clocks.measure.${measure}`) : name

const hourMinute = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** `08:30–12:00 14:00–17:30`, as it is written in a form too. */
export const hoursText = (hours: readonly (readonly [number, number])[]) =>
  hours.map(([from, until]) => `${hourMinute(from)}–${hourMinute(until)}`).join(' ')

/** Null for what is no list of hours. */
export function readHours(text: string): [number, number][] | null {
  const parts = text.trim().split(/[\s,，、]+/).filter(Boolean) // prettier-ignore
  const read = parts.map((part): [number, number] | null => {
    const [, h1, m1, h2, m2] = /^(\d{1,2})[:：](\d{2})[-–~](\d{1,2})[:：](\d{2})$/.exec(part) ?? []
    if (h1 === undefined) return null
    const [from, until] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)]
    return from < until && until <= 1440 ? [from, until] : null
  })
  return read.every((one) => one !== null) ? read : null
}

const mondayFirst = [1, 2, 3, 4, 5, 6, 0] as const
type Day = (typeof mondayFirst)[number]

function daysWords(days: readonly Day[]): string {
  const [first, last] = [mondayFirst.indexOf(days[0]!), mondayFirst.indexOf(days.at(-1)!)]
  const name = (day: Day) => t(`clocks.day.${day}`)
  return days.length > 2 && last - first === days.length - 1
    ? t('clocks.dayTo', { from: name(days[0]!), until: name(days.at(-1)!) })
    : joined(days.map(name))
}

/** Days that have the same hours, together: `周一至周五 08:30–12:00`. */
export function weekWords({ week }: Pick<ServiceCalendar, 'week'>): string {
  const byHours = new Map<string, Day[]>()
  for (const day of mondayFirst) {
    const hours = hoursText(week[day]!)
    if (hours) byHours.set(hours, [...(byHours.get(hours) ?? []), day])
  }
  return [...byHours].map(([hours, days]) => `${daysWords(days)} ${hours}`).join('；')
}

export const stepWords = ({ steps, teams }: EscalationRule): string =>
  steps
    .map(({ percent, tell, moveTo }) => {
      const told = tell.length > 0 ? t('clocks.tells', { who: joined(tell.map((one) => t(`clocks.tell.${one}`))) }) : '' // prettier-ignore
      const moved = moveTo
        ? t('clocks.moves', { team: moveTo === teamAbove ? t('clocks.above') : (teams[moveTo] ?? moveTo) })
        : ''
      return `${percent} % ${[told, moved].filter(Boolean).join(t('clocks.then'))}`
    })
    .join('；')
