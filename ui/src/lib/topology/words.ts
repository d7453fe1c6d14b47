import type { Connection, ConnectionEnd, Difference } from '@zongheng/server/api.ts'
import { bandwidth } from '../charts/units.ts'
import { joined, t, tOr } from '../i18n/index.svelte.ts'

type Field = Extract<Difference, { kind: 'words' }>['field']

/** GE0/0/1, or that nobody knows the port. */
export const portName = ({ ifName }: ConnectionEnd) => ifName ?? t('topology.somePort')

/** What a port's description says of its circuit, in one line; empty when nothing. */
export const saysText = ({ says }: ConnectionEnd): string =>
  joined(
    (['number', 'carrier', 'access', 'bandwidthBps', 'role'] as const).flatMap((field) =>
      says[field] === null ? [] : wordText(field, says[field]),
    ),
  )

export function wordText(field: Field, value: string | number): string {
  if (field === 'bandwidthBps') return bandwidth(Number(value))
  if (field === 'number') return String(value)
  if (field === 'access' || field === 'role') return tOr(`${field}.${value}`, String(value))
  return tOr(`topology.${field}.${value}`, String(value))
}

export const byText = ({ by, layers }: Connection): string =>
  [...layers.map((layer) => t(`topology.layer${layer}`)), ...by.map((one) => tOr(`topology.by.${one}`, one))].join(' · ') // prettier-ignore
