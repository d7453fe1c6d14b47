/** Whether what answers at an address is a device that is known: by what it says of itself, not by its address alone. Pure. */

/** What answers, or answered when it was last read. */
export interface DeviceMarks {
  address: string
  port: number
  /** Of all its interfaces; 12 hex digits each. */
  macs: readonly string[]
  /** Its interfaces' own; where they were read. */
  addresses: readonly string[]
  serial: string
  sysName: string
  sysObjectID: string
}

export interface KnownMarks extends DeviceMarks {
  id: string
}

/**
 * `same`: as recorded. `alias`: another address of it. `moved`: it, at an address of its own no longer. `replaced`: another one in its place.
 * `contradiction`: marks of more than one. `new`: none of these.
 */
export type Likeness = 'same' | 'alias' | 'moved' | 'replaced' | 'contradiction' | 'new'

/** Why; words are the console's. `deviceId`: of which known device it speaks. */
export interface LikenessReason {
  code:
    | 'same-serial'
    | 'same-macs'
    | 'same-address'
    | 'other-serial'
    | 'other-macs'
    | 'other-make'
    | 'own-address'
    | 'same-name'
  deviceId: string
  value: string
}

export interface Resemblance {
  likeness: Likeness
  deviceId: string | null
  reasons: LikenessReason[]
}

/** Said of themselves by devices that nobody has named. */
const namesOfNobody =
  /^(?:|huawei|hpe?|h3c|ruijie|zte|cisco|switch|router|localhost|sysname|unknown|default|[\d.:]+)$/i
const serialOfNobody =
  /^(?:.{0,3}|0+|x+|f+|n\/?a|none|unknown|not specified|to be filled.*|default string|1234567890?|\*+|#+)$/i

/** Given by a maker, to one port: not of a group, a protocol's (VRRP: RFC 9568 §7.3), or chosen by software. */
const isOwnMac = (mac: string) => /^[0-9a-f]{12}$/.test(mac) && (Number.parseInt(mac.slice(0, 2), 16) & 3) === 0 && !/^(?:0{12}|00005e)/.test(mac) // prettier-ignore

/** So much of the smaller set: modules and stack members come and go. */
const sharedShare = 0.5

export class KnownDevices {
  readonly #byId = new Map<string, KnownMarks>()
  readonly #bySerial = new Map<string, string[]>()
  readonly #byMac = new Map<string, string[]>()
  readonly #byAddress = new Map<string, string>()
  readonly #byName = new Map<string, string[]>()

  constructor(known: Iterable<KnownMarks>) {
    for (const device of known) this.add(device)
  }

  add(device: KnownMarks): void {
    const { id, serial, macs, sysName } = device
    this.#byId.set(id, device)
    this.#byAddress.set(placeOf(device), id)
    if (!serialOfNobody.test(serial)) push(this.#bySerial, serialKey(serial), id)
    for (const mac of ownMacs(macs)) push(this.#byMac, mac, id)
    if (!namesOfNobody.test(sysName)) push(this.#byName, sysName.toLowerCase(), id)
  }

  /** O(its interfaces), whatever the number of devices. */
  resemblanceOf(seen: DeviceMarks): Resemblance {
    const there = this.#byId.get(this.#byAddress.get(placeOf(seen)) ?? '')
    const reasons = [...this.#strong(seen)]
    const strong = [...new Set(reasons.map(({ deviceId }) => deviceId))]
    if (there) reasons.push(reason('same-address', there, seen.address))
    if (strong.length > 1) return { likeness: 'contradiction', deviceId: null, reasons }
    const match = this.#byId.get(strong[0] ?? '')
    if (match) return this.#matched(match, there, seen, reasons)
    if (there) return inPlaceOf(there, seen, reasons)
    const names = this.#byName.get(seen.sysName.toLowerCase()) ?? []
    for (const id of names) reasons.push(reason('same-name', this.#byId.get(id)!, seen.sysName))
    return { likeness: 'new', deviceId: null, reasons }
  }

  #matched(
    match: KnownMarks,
    there: KnownMarks | undefined,
    seen: DeviceMarks,
    reasons: LikenessReason[],
  ): Resemblance {
    if (there === match) return { likeness: 'same', deviceId: match.id, reasons }
    if (there) return { likeness: 'contradiction', deviceId: match.id, reasons }
    const isOwn = match.addresses.includes(seen.address) || seen.addresses.includes(match.address)
    if (isOwn) reasons.push(reason('own-address', match, seen.address))
    return { likeness: isOwn ? 'alias' : 'moved', deviceId: match.id, reasons }
  }

  /** A serial that several claim says nothing. */
  *#strong({ serial, macs }: DeviceMarks): Generator<LikenessReason> {
    const bySerial = serialOfNobody.test(serial) ? [] : (this.#bySerial.get(serialKey(serial)) ?? [])
    if (bySerial.length === 1) yield reason('same-serial', this.#byId.get(bySerial[0]!)!, serial)
    const own = ownMacs(macs)
    const shared = new Map<string, number>()
    for (const mac of own)
      for (const id of this.#byMac.get(mac) ?? []) shared.set(id, (shared.get(id) ?? 0) + 1)
    for (const [id, count] of shared) {
      const device = this.#byId.get(id)!
      if (count >= sharedShare * Math.min(own.length, ownMacs(device.macs).length)) yield reason('same-macs', device, String(count)) // prettier-ignore
    }
  }
}

/** At the address of a known one, with nothing of its own in common. */
function inPlaceOf(there: KnownMarks, seen: DeviceMarks, reasons: LikenessReason[]): Resemblance {
  const others: LikenessReason[] = []
  const serials = [there.serial, seen.serial].filter((serial) => !serialOfNobody.test(serial))
  if (serials.length === 2) others.push(reason('other-serial', there, seen.serial))
  if (ownMacs(there.macs).length > 0 && ownMacs(seen.macs).length > 0) others.push(reason('other-macs', there, '')) // prettier-ignore
  if (there.sysObjectID && seen.sysObjectID && there.sysObjectID !== seen.sysObjectID) others.push(reason('other-make', there, seen.sysObjectID)) // prettier-ignore
  return { likeness: others.length > 0 ? 'replaced' : 'same', deviceId: there.id, reasons: [...reasons, ...others] } // prettier-ignore
}

const reason = (code: LikenessReason['code'], { id }: KnownMarks, value: string): LikenessReason => ({ code, deviceId: id, value }) // prettier-ignore
const placeOf = ({ address, port }: Pick<DeviceMarks, 'address' | 'port'>) => `${address} ${port}`
const serialKey = (serial: string) => serial.trim().toUpperCase()
const ownMacs = (macs: readonly string[]) => [...new Set(macs)].filter(isOwnMac)

function push(index: Map<string, string[]>, key: string, id: string): void {
  const ids = index.get(key)
  if (ids) ids.push(id)
  else index.set(key, [id])
}
