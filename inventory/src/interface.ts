/** ifAdminStatus and ifOperStatus [IF-MIB, RFC 2863]. */
export const ifStatuses = {
  1: 'up',
  2: 'down',
  3: 'testing',
  4: 'unknown',
  5: 'dormant',
  6: 'notPresent',
  7: 'lowerLayerDown',
} as const
export type IfStatus = (typeof ifStatuses)[keyof typeof ifStatuses]

export function ifStatusName(code: number): IfStatus {
  return ifStatuses[code as keyof typeof ifStatuses] ?? 'unknown'
}

/** dot3StatsDuplexStatus [EtherLike-MIB, RFC 3635]; what does not know says nothing. */
export const duplexes = { 2: 'half', 3: 'full' } as const
export type Duplex = (typeof duplexes)[keyof typeof duplexes]

export const duplexOf = (code: number | null): Duplex | null =>
  duplexes[code as keyof typeof duplexes] ?? null

/** An interface as its device describes it. `ifSpeedBps`: bit/s; ifPhysAddress: 12 hex digits. */
export interface InterfaceFacts {
  ifIndex: number
  ifName: string
  ifDescr: string
  ifAlias: string
  ifType: number
  ifMtu: number | null
  ifSpeedBps: number | null
  ifPhysAddress: string
  ifAdminStatus: IfStatus
  ifOperStatus: IfStatus
  /** Of an Ethernet port that tells; a collector of an earlier version says nothing of it. */
  duplex?: Duplex | null
}
