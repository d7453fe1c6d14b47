import type { Profile } from '@zongheng/inventory/profile.ts'
import { rowsOf } from './rows.ts'
import type { Tables } from './tables.ts'
import { textOf } from './text.ts'

export interface Vlan {
  id: number
  name: string
}

const mostVlans = 4094
/** dot1qVlanStaticName [RFC 4363], ieee8021QBridgeVlanStaticName [IEEE 802.1Q]: for whoever has no table of its own. */
const standard = ['1.3.6.1.2.1.17.7.1.4.3.1.1', '1.3.111.2.802.1.1.4.1.4.3.1.3']

/** VLANs by the first of the profile's columns that has any: their names, by an index that ends with the VLAN's id. */
export async function discoverVlans(tables: Tables, profile: Profile): Promise<Vlan[]> {
  const rules = [...profile.vlans, ...standard.map((column) => ({ column, where: [] }))]
  await tables.columns(rules.map(({ column }) => column))
  for (const { column, where } of rules) {
    const named = [...(await rowsOf(tables, column, where))].map(([index, name]) => ({
      id: Number(index.slice(index.lastIndexOf('.') + 1)),
      name: textOf(name),
    }))
    const vlans = new Map(named.filter(({ id }) => id >= 1 && id <= mostVlans).map((vlan) => [vlan.id, vlan]))
    if (vlans.size > 0) return [...vlans.values()].sort((a, b) => a.id - b.id)
  }
  return []
}
