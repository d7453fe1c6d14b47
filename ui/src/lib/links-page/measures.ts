import { utilisationLimit } from '@zongheng/inventory/access.ts'
import { limitsFor } from '#lib/link/limits.ts'
import type { Link } from '@zongheng/server/api.ts'
import { linkUtilisation, shownCircuit } from './columns.ts'

/** What the matrix can show besides the state. */
export const matrixViews = ['state', 'utilisation', 'loss', 'availability'] as const
export type MatrixView = (typeof matrixViews)[number]

export interface Measure {
  /** Length of the bar, 0 to 1; null when the value is not known. */
  shareOf: (link: Link) => number | null
  textOf: (link: Link) => string | null
  isOver: (link: Link) => boolean
}

const percent = (value: number | null, digits: number) =>
  value === null ? null : `${value.toFixed(digits)} %`

/** `availabilityOf`: percent of the last 30 days. A bar of availability is the time lost, in steps up to one percent. */
export function measureOf(view: MatrixView, availabilityOf: (id: string) => number | null): Measure | null {
  if (view === 'state') return null
  if (view === 'utilisation')
    return {
      shareOf: (link) => ratio(linkUtilisation(link), 100),
      textOf: (link) => percent(linkUtilisation(link), 0),
      isOver: (link) => (linkUtilisation(link) ?? 0) > utilisationLimit.warn,
    }
  if (view === 'loss')
    return {
      shareOf: (link) => ratio(shownCircuit(link)?.lossPercent ?? null, 10),
      textOf: (link) => percent(shownCircuit(link)?.lossPercent ?? null, 1),
      isOver: (link) => {
        const circuit = shownCircuit(link)
        return (
          circuit !== undefined && (circuit.lossPercent ?? 0) > limitsFor(circuit.access).lossPercent.warn
        )
      },
    }
  const lost = (link: Link) => {
    const available = availabilityOf(link.id)
    return available === null ? null : 100 - available
  }
  return {
    shareOf: (link) => ratio(lost(link), 1),
    textOf: (link) => percent(availabilityOf(link.id), 2),
    isOver: (link) => {
      const promised = link.circuits[0] && limitsFor(link.circuits[0].access).availabilityPercent
      return promised !== undefined && (lost(link) ?? 0) > 100 - promised
    },
  }
}

const ratio = (value: number | null, full: number) => (value === null ? null : value / full)
