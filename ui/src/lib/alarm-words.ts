import type { Alarm, Link } from '@zongheng/server/api.ts'
import { checkReason } from './checks/words.ts'
import { faultNames } from './collectors/faults.ts'
import { significant } from './format.ts'
import { t, tOr } from './i18n/index.svelte.ts'
import { causeOf } from './overview/cause.ts'

type OfRule = Extract<Alarm['condition'], `rul_${string}`>
const isOfRule = (condition: Alarm['condition']): condition is OfRule => condition.startsWith('rul_')

/** What a condition is called; a rule of somebody's own by the name they gave it. */
export const conditionName = ({ condition, values }: Pick<Alarm, 'condition' | 'values'>): string =>
  isOfRule(condition) ? String(values.rule ?? t('condition.own')) : t(`condition.${condition}`)

/** What is wrong, after the thing's name: `链路中断`. A link's condition is told by its state, a sensor's by what it measures. */
export function conditionWords(alarm: Alarm): string {
  const general = conditionName(alarm)
  if (alarm.condition === 'link-state') return tOr(`condition.link-state.${alarm.values.state}`, general)
  if (alarm.condition === 'sensor-limit') return tOr(`condition.sensor-limit.${alarm.values.class}`, general)
  return general
}

/** `唐山市–迁安市 链路中断` */
export const alarmTitle = (alarm: Alarm) => `${alarm.entity.name} ${conditionWords(alarm)}`

const text = (value: string | number) => (typeof value === 'number' ? significant(value) : value)

/** Why, in one line: the carriers of a broken link, the value against its limit; empty when there is nothing to add. */
export function alarmDetail(alarm: Alarm, link?: Link): string {
  if (link) return [link.state === 'normal' ? '' : causeOf(link), carrying(link)].filter(Boolean).join(' · ')
  if (alarm.entity.type === 'check') return checkReason(alarm.values)
  if (alarm.condition === 'collector-fault') return faultNames(alarm.values.codes)
  const { value, limit, unit, state, address } = alarm.values
  if (value != null && limit != null)
    return t('overview.alarm.value', { value: text(value), limit: text(limit), unit: unit ?? '' })
  if (value != null && unit) return t('overview.alarm.valueOnly', { value: text(value), unit })
  return [state, address].filter((part) => part != null).join(' · ')
}

/** The carrier that failed, and the one that carries on. */
function carrying(link: Link): string {
  const failed = link.circuits.filter((circuit) => circuit.state === 'down')
  const shown = failed.length > 0 ? failed : link.circuits.slice(0, 1)
  return shown.map((circuit) => `${circuit.carrier} ${circuit.number}`).join('，')
}
