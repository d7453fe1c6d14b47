/** bgpPeerTable of BGP4-MIB [RFC 4273], indexed by the peer's address. */
import { rawNumber } from './plan.ts'
import type { Tables } from './tables.ts'

export interface BgpPeer {
  peer: string
  remoteAs: number | null
  state: string
  adminStatus: string
}

const bgpPeerEntry = '1.3.6.1.2.1.15.3.1'
const states = ['', 'idle', 'connect', 'active', 'opensent', 'openconfirm', 'established']
const adminStatuses = ['', 'stop', 'start']

export async function discoverBgpPeers(tables: Tables): Promise<BgpPeer[]> {
  const state = await tables.column(`${bgpPeerEntry}.2`)
  if (state.size === 0) return []
  const [adminStatus, remoteAs] = await tables.columns([`${bgpPeerEntry}.3`, `${bgpPeerEntry}.9`])
  return [...state].map(([peer, value]) => ({
    peer,
    remoteAs: rawNumber(remoteAs.get(peer)?.value),
    state: states[rawNumber(value.value) ?? 0] ?? '',
    adminStatus: adminStatuses[rawNumber(adminStatus.get(peer)?.value) ?? 0] ?? '',
  }))
}
