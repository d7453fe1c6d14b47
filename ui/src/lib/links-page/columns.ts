import { linkStates } from '@zongheng/inventory/link.ts'
import type { Link, LinkCircuit } from '@zongheng/server/api.ts'

export const activeCircuit = (link: Link): LinkCircuit | undefined =>
  link.circuits.find((c) => c.id === link.activeCircuitId)

/** A direction's rate against the rented bandwidth, percent. */
export const utilisation = (bps: number | null, circuit: LinkCircuit) =>
  bps === null || circuit.bandwidthBps <= 0 ? null : (100 * bps) / circuit.bandwidthBps

/** The busier direction of the circuit that carries the link, percent; null when it is not known. */
export function linkUtilisation(link: Link): number | null {
  const active = activeCircuit(link)
  if (!active || (active.inBps === null && active.outBps === null)) return null
  return utilisation(Math.max(active.inBps ?? 0, active.outBps ?? 0), active)
}

/** Readings of the circuit in use; of the primary when none is. */
export const shownCircuit = (link: Link) => activeCircuit(link) ?? link.circuits[0]

export const sortKeys = ['state', 'name', 'since', 'utilisation', 'rtt', 'loss', 'availability'] as const
export type SortKey = (typeof sortKeys)[number]
export interface Sort {
  key: SortKey
  descending: boolean
}

type Value = number | string | null

const values: Record<Exclude<SortKey, 'availability'>, (link: Link) => Value> = {
  state: (link) => linkStates.indexOf(link.state),
  name: (link) => link.name,
  since: (link) => link.since,
  utilisation: linkUtilisation,
  rtt: (link) => shownCircuit(link)?.rttMs ?? null,
  loss: (link) => shownCircuit(link)?.lossPercent ?? null,
}

/** Unknown values come last either way; equals are told apart by the newest change. */
export function sortLinks(
  links: readonly Link[],
  sort: Sort,
  availability: (id: string) => number | null,
): Link[] {
  const valueOf = sort.key === 'availability' ? (link: Link) => availability(link.id) : values[sort.key]
  const sign = sort.descending ? -1 : 1
  return [...links].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    const order =
      typeof x === 'string' && typeof y === 'string' ? x.localeCompare(y, 'zh') : Number(x) - Number(y)
    return sign * order || (b.since ?? 0) - (a.since ?? 0) || a.id.localeCompare(b.id)
  })
}
