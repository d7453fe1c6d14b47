/** Whom a router speaks BGP with: its maker's table, which knows IPv6 as well, else bgpPeerTable of BGP4-MIB [RFC 4273]. */
import { SocketAddress } from 'node:net'
import type { Profile } from '@zongheng/inventory/profile.ts'
import { rawNumber } from './plan.ts'
import type { Tables } from './tables.ts'

export interface BgpPeer {
  peer: string
  remoteAs: number | null
  state: string
  adminStatus: string
}

type Table = Omit<Profile['bgpPeers'][number], 'rule'>

const bgpPeerEntry = '1.3.6.1.2.1.15.3.1'
const standard: Table = { state: `${bgpPeerEntry}.2`, adminStatus: `${bgpPeerEntry}.3`, remoteAs: `${bgpPeerEntry}.9` } // prettier-ignore
const states = ['', 'idle', 'connect', 'active', 'opensent', 'openconfirm', 'established']
const adminStatuses = ['', 'stop', 'start']

export async function discoverBgpPeers(
  tables: Tables,
  { bgpPeers }: Pick<Profile, 'bgpPeers'>,
): Promise<BgpPeer[]> {
  // prettier-ignore
  const known: readonly Table[] = [...bgpPeers, standard]
  const found = await tables.columns(known.map(({ state }) => state))
  const at = found.findIndex((column) => column.size > 0)
  const [table, state] = [known[at], found[at]]
  if (!table || !state) return []
  const [adminStatus, remoteAs] = await tables.columns([table.adminStatus, table.remoteAs])
  const peers = [...state].flatMap(([index, value]): BgpPeer[] => {
    const peer = addressAt(index)
    if (peer === null) return []
    return [
      {
        peer,
        remoteAs: rawNumber(remoteAs.get(index)?.value),
        state: states[rawNumber(value.value) ?? 0] ?? '',
        adminStatus: adminStatuses[rawNumber(adminStatus.get(index)?.value) ?? 0] ?? '',
      },
    ]
  })
  // of one that is spoken with for several families of addresses, the first
  return [...new Map(peers.toReversed().map((one) => [one.peer, one])).values()].reverse()
}

/** With which an index ends: alone, after its InetAddressType [RFC 4001], or after that and its length. */
function addressAt(index: string): string | null {
  const octets = /(?:^|\.)2\.(?:16\.)?((?:\d{1,3}\.){15}\d{1,3})$/.exec(index)?.[1]
  if (octets === undefined) return /(?:^|(?:^|\.)1\.(?:4\.)?)((?:\d{1,3}\.){3}\d{1,3})$/.exec(index)?.[1] ?? null // prettier-ignore
  const hex = Buffer.from(octets.split('.').map(Number)).toString('hex')
  return new SocketAddress({ family: 'ipv6', address: hex.match(/.{4}/g)!.join(':') }).address
}
