/** ospfNbrTable of OSPF-MIB [RFC 4750 §3.12], indexed by the neighbour's address and, where a line has none, its ifIndex. */
import { rawNumber } from './plan.ts'
import type { Tables } from './tables.ts'

const ospfNbrState = '1.3.6.1.2.1.14.10.1.6'
/** Both have heard each other; below that only one has. */
const twoWay = 4

/** Addresses of those that it speaks with. */
export async function discoverOspfNeighbours(tables: Tables): Promise<string[]> {
  const states = [...(await tables.column(ospfNbrState))]
  const heard = states.filter(([, state]) => (rawNumber(state.value) ?? 0) >= twoWay)
  return [...new Set(heard.flatMap(([index]) => /^(\d+\.\d+\.\d+\.\d+)\.\d+$/.exec(index)?.[1] ?? []))]
}
