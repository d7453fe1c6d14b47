import type { Link, LinkCircuit } from '@zongheng/server/api.ts'
import { t } from '../i18n/index.svelte.ts'
import { significant } from '../format.ts'
import { circuitLoad, loadLimit } from './load.ts'

/** Which reading of a degraded circuit stands out: its value against what is usual, in the order of asking. */
const complaints: {
  key: 'loss' | 'load' | 'jitter' | 'rtt'
  usual: number
  of: (circuit: LinkCircuit) => number | null
}[] = [
  { key: 'loss', usual: 1, of: (circuit) => circuit.lossPercent },
  { key: 'load', usual: loadLimit * 100, of: (circuit) => percent(circuitLoad(circuit)) },
  { key: 'jitter', usual: 20, of: (circuit) => circuit.jitterMs },
  { key: 'rtt', usual: 100, of: (circuit) => circuit.rttMs },
]

const percent = (share: number | null) => (share === null ? null : share * 100)

function complaint(circuit: LinkCircuit): string {
  const found = complaints
    .map(({ key, usual, of }) => ({ key, value: of(circuit) ?? 0, excess: (of(circuit) ?? 0) / usual }))
    .filter(({ excess }) => excess > 1)
    .sort((a, b) => b.excess - a.excess)[0]
  if (!found) return t('overview.cause.degraded')
  const key = found.key === 'load' && (circuit.inBps ?? 0) > (circuit.outBps ?? 0) ? 'loadIn' : found.key
  return t(`overview.cause.${key}`, { value: significant(found.value) })
}

const backupCause = (link: Link) =>
  link.circuits.slice(1).some((circuit) => circuit.state === 'down')
    ? t('overview.cause.backupDown')
    : t('overview.cause.backupUnknown')

/** In a few words, why the link is in its state. */
export function causeOf(link: Link): string {
  const primary = link.circuits[0]
  switch (link.state) {
    case 'down':
      return t(link.circuits.length > 1 ? 'overview.cause.allDown' : 'overview.cause.onlyDown')
    case 'on-backup':
      return t(primary?.state === 'down' ? 'overview.cause.primaryDown' : 'overview.cause.movedAway')
    case 'degraded':
      return primary ? complaint(primary) : t('overview.cause.degraded')
    case 'unprotected':
      return backupCause(link)
    case 'unknown':
      return t('overview.cause.unknown')
    case 'normal':
      return t('link.normal')
  }
}
