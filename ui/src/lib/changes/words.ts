import type { Assessment, ChangeBrief, ChangeDetail } from '@zongheng/server/api.ts'
import { spanWords } from '../calendar/words.ts'
import { joined, t } from '../i18n/index.svelte.ts'

/** `c-` classes of the chips. */
export const riskColours = { 1: 'c-normal', 2: 'c-degraded', 3: 'c-down' } as const
export const conflictKey = (one: Assessment['conflicts'][number]) => `${one.kind}${one.id}${one.fromAt}`

export const plannedWords = ({ startsAt, endsAt }: Pick<ChangeBrief, 'startsAt' | 'endsAt'>): string =>
  startsAt === null || endsAt === null ? '–' : spanWords({ fromAt: startsAt, untilAt: endsAt })

type Texts = Pick<ChangeDetail, 'type' | 'reason' | 'plan' | 'testPlan' | 'backout'>
type TextName = Exclude<keyof Texts, 'type'>
const neededTexts: Readonly<Record<Texts['type'], readonly TextName[]>> = {
  standard: [],
  normal: ['reason', 'plan', 'testPlan', 'backout'],
  emergency: ['reason', 'plan', 'backout'],
}

/** What it has yet to say before it is submitted; the server refuses it else. */
export const missingTexts = (change: Texts): TextName[] =>
  neededTexts[change.type].filter((name) => change[name].trim() === '')

const earlyMs = 15 * 60_000

/** Whether to begin now is well before it is planned; an emergency waits for nothing. */
export const isEarly = ({ type, startsAt }: Pick<ChangeBrief, 'type' | 'startsAt'>, nowMs: number): boolean =>
  type !== 'emergency' && startsAt !== null && startsAt - nowMs > earlyMs

/** Of an emergency whose review should have been made by now. */
export const isReviewOverdue = (
  { ticket, reviewDueAt }: Pick<ChangeBrief, 'ticket' | 'reviewDueAt'>,
  nowMs: number,
) => ticket.state === 'review' && reviewDueAt !== null && reviewDueAt < nowMs

/** `中断 3 个站点 +4、没有回退办法 +2` */
export const factorWords = ({ factors }: Assessment): string =>
  joined(factors.map(({ key, found, points }) => `${t(`changes.factor.${key}`, { n: found })} +${points}`))

/** `3 个站点、1 项业务`; empty where nothing is cut. */
export const cutWords = ({ sites, services, devices }: Assessment): string =>
  joined([
    ...(sites.total > 0 ? [t('changes.assess.sites', { n: sites.total })] : []),
    ...(services.total > 0 ? [t('changes.assess.services', { n: services.total })] : []),
    ...(devices > 0 ? [t('changes.assess.devices', { n: devices })] : []),
  ])
