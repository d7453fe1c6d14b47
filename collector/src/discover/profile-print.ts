import { identifiedFields } from '@zongheng/inventory/explanation.ts'
import { decodeText } from './text.ts'
import { explain } from './explain.ts'
import { memoryUse, readNumber, type Discovery, type Lookup, type RawValue } from './plan.ts'
import { aligned } from './probe-print.ts'
import type { Coverage } from './profile-coverage.ts'
import type { ProfileWords } from './profile-words.ts'

const namedAtMost = 3
const shown = (value: number | null | undefined) =>
  value == null ? '–' : String(Math.round(value * 1e4) / 1e4)
const line = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 60)
const rawText = (raw: RawValue) =>
  raw == null ? '–' : line(raw instanceof Uint8Array ? decodeText(raw) : String(raw))

export function printCoverage(coverage: Coverage[], words: ProfileWords): string {
  const rows = coverage.map(({ profile, rules, recordings }) => {
    const names = recordings.map(({ name }) => name)
    const more = names.length > namedAtMost ? [`+${names.length - namedAtMost}`] : []
    const most = (key: 'identity' | 'measured') => Math.max(0, ...recordings.map((one) => one[key]))
    const found = words.facts({ identity: most('identity'), measured: most('measured') })
    return names.length === 0
      ? [profile, String(rules), words.noRecording, '']
      : [profile, String(rules), [...names.slice(0, namedAtMost), ...more].join(' '), found]
  })
  const covered = coverage.filter(({ recordings }) => recordings.length > 0)
  const recordings = new Set(covered.flatMap(({ recordings: some }) => some.map(({ name }) => name)))
  const rules = coverage.reduce((sum, one) => sum + one.rules, 0)
  const summary = words.summary({ profiles: coverage.length, rules, covered: covered.length, recordings: recordings.size }) // prettier-ignore
  return [...aligned([words.coverage, ...rows]), '', summary].join('\n')
}

/** The explanation with what the device answers now. */
export function explained(discovery: Discovery, lookup: Lookup) {
  const why = explain(discovery)
  if (!why) throw new Error('this discovery does not know its rules')
  const sensors = new Map(discovery.sensors.map((plan) => [plan.facts.key, plan]))
  const pools = [...discovery.memory, ...(discovery.storage ?? [])]
  const measured = why.measured.map((one) => {
    const raw = one.oids.map((oid) => rawText(lookup(oid)))
    const sensor = one.key === null ? undefined : sensors.get(one.key)
    if (sensor) {
      const { lowWarn, highWarn, highCritical, unit, states } = sensor.facts
      return { ...one, raw, value: readNumber(sensor.reading, lookup(sensor.reading.oid)), unit, lowWarn, highWarn, highCritical, states } // prettier-ignore
    }
    const cpu = discovery.processors.find(({ reading }) => reading.oid === one.oids[0])
    const pool = pools.find((plan) => plan.rule === one.rule && plan.descr === one.descr)
    const value = one.kind === 'processor' && cpu ? readNumber(cpu.reading, lookup(cpu.reading.oid)) : pool ? (memoryUse(pool, lookup)?.percent ?? null) : null // prettier-ignore
    return { ...one, raw, value, unit: '%', lowWarn: null, highWarn: null, highCritical: null, states: [] }
  })
  return { ...why, facts: discovery.identity, interfaces: discovery.interfaces.length, measured, problems: discovery.problems } // prettier-ignore
}
export type Explained = ReturnType<typeof explained>

export function printExplained(found: Explained, words: ProfileWords): string {
  const identity = identifiedFields.flatMap((field) => {
    const origin = found.identity[field]
    return origin ? [[field, line(found.facts[field]), origin.rule, origin.oid ?? '–', line(origin.raw)]] : []
  })
  const limits = ({ lowWarn, highWarn, highCritical }: Explained['measured'][number]) =>
    [lowWarn === null ? '' : `<${shown(lowWarn)}`, highWarn === null ? '' : `>${shown(highWarn)}`, highCritical === null ? '' : `>>${shown(highCritical)}`].filter(Boolean).join(' ') || '–' // prettier-ignore
  const measured = found.measured.map((one) => {
    const state = one.states.find(({ value }) => value === one.value)
    const reading = state ? `${state.text} (${state.severity})` : `${shown(one.value)} ${one.unit}`.trim()
    return [one.kind, line(one.descr), reading, one.raw.join(' / '), shown(one.scale), limits(one), one.rule, one.oids.join(' ')] // prettier-ignore
  })
  return [
    words.recognised(found.profile, found.rule),
    `${line(found.facts.sysDescr)}  ${found.facts.sysObjectID}`,
    ...[
      '',
      `${words.identity.title} (${identity.length})`,
      ...aligned([words.identity.columns, ...identity]),
    ],
    ...[
      '',
      `${words.measured.title} (${measured.length})`,
      ...aligned([words.measured.columns, ...measured]),
    ],
    ...found.problems.map(({ oid, text }) => `  ${oid}  ${text}`),
  ].join('\n')
}
