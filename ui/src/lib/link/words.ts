import type { Evidence, Link, LinkCircuit, TimelineEntry } from '@zongheng/server/api.ts'
import { bandwidth, fixed, mbps } from '#lib/charts/units.ts'
import { entryWords } from '#lib/desk/words.ts'
import { t, tOr, type Key } from '#lib/i18n/index.svelte.ts'
import { timeOfDay } from '#lib/time.svelte.ts'
import { explain, roleOf } from './explain.ts'

/** `电信 10M MSTP` */
export const circuitName = (circuit: Pick<LinkCircuit, 'carrier' | 'bandwidthBps' | 'access'>) =>
  `${circuit.carrier} ${bandwidth(circuit.bandwidthBps)} ${tOr(`access.${circuit.access}`, circuit.access)}`

type Values = Evidence['values']

const percentCodes = ['errors-high']

/** What was measured, as the reader writes it: instants as times, rates in Mbit/s, ratios in percent. */
export function written(code: string, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, writtenValue(code, name, value)]),
  )
}

function writtenValue(code: string, name: string, value: string | number | null): string {
  if (value === null) return '—'
  if (typeof value === 'string') {
    if (name === 'protocol') return value.toUpperCase()
    if (name === 'neighbour') return tOr(`links.neighbour.${value}`, value)
    if (name.endsWith('Role')) return tOr(`role.${value}`, value)
    return name === 'state' ? tOr(`circuit.${value}`, value) : value
  }
  if (/(Since|At|since)Ms$/.test(name) || name === 'sinceMs') return timeOfDay(value)
  if (name.endsWith('Bps')) return mbps(value)
  const shown = percentCodes.includes(code) ? value * 100 : value
  return fixed(shown, Number.isInteger(shown) ? 0 : shown < 1 ? 2 : 1)
}

/** A piece of evidence in words: what was looked at, and what it said. Unknown codes stand as they are. */
export function evidenceWords(
  evidence: Evidence,
  circuits: readonly LinkCircuit[],
): { title: string; text: string } {
  const values = written(evidence.code, evidence.values)
  const role = roleOf(circuits, evidence.circuitId)
  const what = tOr(`links.evidence.${evidence.code}`, evidence.code, values)
  const fallback = Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join('，')
  return {
    title: role ? `${t(`role.${role}`)} ${what}` : what,
    // What a sensor without a name of its own says is a code of its device.
    text:
      'sensorId' in values && !('sensor' in values)
        ? (values.device ?? '')
        : tOr(`links.evidence.${evidence.code}.more`, fallback, values),
  }
}

const reason = (role: 'primary' | 'backup', found: Evidence | null) =>
  tOr(
    `links.reason.${role}.${found?.code ?? 'other'}`,
    t(`links.reason.${role}.other`),
    written(found?.code ?? '', found?.values ?? {}),
  )

/** The sentence under a link's name: what happened, and what it means for the traffic. */
export function sentence(link: Pick<Link, 'state' | 'circuits'>, evidence: readonly Evidence[]): string {
  const { key, primary, backup, cause } = explain(link, evidence)
  const single = link.circuits.length < 2 && (key === 'normal' || key === 'down')
  const words = t(`links.why.${key}${single ? '-single' : ''}` as Key, {
    primary: reason('primary', primary),
    backup: reason('backup', backup),
    cause,
  })
  const details = evidence.flatMap((item) => detailWords(item, link.circuits))
  return [words.charAt(0).toUpperCase() + words.slice(1), ...details].join(' ')
}

/** What is so beside the state: it is no state of its own, and must not be missed. */
function detailWords(item: Evidence, circuits: readonly LinkCircuit[]): string[] {
  const role = roleOf(circuits, item.circuitId)
  if (item.code === 'asymmetric') return [t('links.why.asymmetric', written(item.code, item.values))]
  if (item.code !== 'flapping' || role === null) return []
  return [t('links.why.flapping', { role: t(`role.${role}`), losses: Number(item.values['losses']) })]
}

/** One line of a ticket's timeline: who, and what they said or did. */
export const entryLine = (entry: TimelineEntry): string =>
  [entry.author?.name, entry.kind === 'comment' ? entry.text : entryWords(entry)].filter(Boolean).join(' ')
