import type { Alarm, Evidence, Link } from '@zongheng/server/api.ts'
import { alarmDetail, conditionName } from '../alarm-words.ts'
import { checkReason } from '../checks/words.ts'
import { faultNames } from '../collectors/faults.ts'
import { tOr } from '../i18n/index.svelte.ts'
import { sentence } from '../link/words.ts'

/** Who has it: whose ticket it is, else who said they have seen it. */
export const holderOf = (alarm: Alarm): string | null =>
  alarm.ticket?.assignee ?? alarm.acknowledgedBy?.name ?? null

/** Why, in one line of a list. */
export function whyLine(alarm: Alarm, link?: Link): string {
  if (alarm.entity.type === 'device' && alarm.values.value == null) return ruleWords(alarm)
  // What a link is now says nothing of an alarm that is over.
  const isOver = alarm.state === 'cleared' || !link
  if (alarm.entity.type === 'link' && isOver)
    return [ruleWords(alarm), alarm.values.circuits].filter(Boolean).join(' ')
  return alarmDetail(alarm, link) || ruleWords(alarm)
}

/** Why, as a sentence under the alarm's name: a link's from its evidence, any other from its rule. */
export function whySentence(alarm: Alarm, evidence: readonly Evidence[], link?: Link): string {
  if (link && alarm.state === 'firing') return sentence(link, evidence)
  return ruleWords(alarm)
}

function ruleWords(alarm: Alarm): string {
  if (alarm.entity.type === 'check') return checkWhy(alarm.condition, alarm.values)
  if (alarm.entity.type === 'collector') return collectorWhy(alarm)
  const { state, ...values } = alarm.values
  const key = alarm.condition === 'link-state' ? `link-state.${state}` : faultKey(alarm)
  return tOr(`alarms.why.${key}`, conditionName(alarm), sensorWords(alarm.condition, values))
}

/** A port at half duplex is told apart by what its far end does. */
const faultKey = ({ condition, values }: Alarm): string =>
  condition === 'duplex-mismatch' && values.fault === 'half' ? 'duplex-mismatch.half' : condition

/** What a sensor says of itself is of few words, which are known. */
const sensorWords = (condition: string, values: Alarm['values']): Alarm['values'] =>
  condition === 'sensor-state' && values.text != null
    ? { ...values, text: tOr(`devices.sensorState.${values.text}`, String(values.text)) }
    : values

/** Where the way to it is known, whether it is to blame; and its faults by name. */
function collectorWhy(alarm: Alarm): string {
  const { condition, values } = alarm
  const faults = faultNames(values.codes)
  const general = tOr(`alarms.why.${condition}`, conditionName(alarm), { ...values, faults })
  return values.way == null ? general : tOr(`alarms.why.${condition}.${values.way}`, general)
}

/** `网页 http://…：HTTP 503。采集点：本机。` */
function checkWhy(condition: string, values: Alarm['values']): string {
  const kind = tOr(`checks.kind.${values.kind}`, String(values.kind))
  return tOr(`alarms.why.${condition}`, condition, { ...values, kind, reason: checkReason(values) })
}

/** The page of what the alarm is about; null where it has none. */
export function entityPath({ entity, ...alarm }: Alarm & { devices?: { id: string }[] }): string | null {
  if (entity.type === 'link') return `/links/${entity.id}`
  if (entity.type === 'check') return `/checks/${entity.id}`
  if (entity.type === 'service') return `/services/${entity.id}`
  if (entity.type === 'room') return `/rooms/${entity.id}`
  if (entity.type === 'collector') return `/collectors/${entity.id}`
  if (entity.type === 'device') return `/devices/${entity.id}`
  const device = alarm.devices?.[0]
  const isPart = entity.type === 'sensor' || entity.type === 'interface'
  return isPart && device ? `/devices/${device.id}` : null
}
