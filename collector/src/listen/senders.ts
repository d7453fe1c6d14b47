import { isDeepStrictEqual } from 'node:util'
import { openSealed, type SnmpCredential, type Target } from '../contract.ts'
import type { SealingKeys } from '../seal.ts'
import { canonicalAddress } from '../snmp/transport.ts'
import { UsmUser, type UsmCredential } from '../snmp/usm/user.ts'
import type { KnownUser } from './usm-receiver.ts'

type Sender = Pick<Target, 'deviceId' | 'address' | 'answersFrom' | 'snmp'>

interface Held {
  addresses: string[]
  user: HeldUser | null
}

interface HeldUser {
  credential: UsmCredential
  user: UsmUser
  deviceIds: Set<string>
}

/** Whom the assignment names: by address, and by the users of SNMPv3 whose key they have. */
export class Senders {
  readonly #keys: SealingKeys
  readonly #onError: (error: Error, deviceId: string) => void
  readonly #devices = new Map<string, Held>()
  readonly #byAddress = new Map<string, Set<string>>()
  readonly #users = new Map<string, HeldUser[]>()

  constructor(keys: SealingKeys, onError: (error: Error, deviceId: string) => void = () => {}) {
    this.#keys = keys
    this.#onError = onError
  }

  set(target: Sender): void {
    this.delete(target.deviceId)
    const { deviceId, address, answersFrom = [] } = target
    const addresses = [address, ...answersFrom].map(canonicalAddress)
    for (const one of addresses) this.#at(one).add(deviceId)
    this.#devices.set(deviceId, { addresses, user: this.#userOf(target) })
  }

  delete(deviceId: string): void {
    const held = this.#devices.get(deviceId)
    if (!held) return
    this.#devices.delete(deviceId)
    for (const address of held.addresses) {
      const there = this.#byAddress.get(address)
      there?.delete(deviceId)
      if (there?.size === 0) this.#byAddress.delete(address)
    }
    this.#release(held.user, deviceId)
  }

  /** Null when nobody has this address, or several do: those of a simulator, or behind one NAT. */
  deviceAt(address: string): string | null {
    const there = this.#byAddress.get(canonicalAddress(address))
    return there?.size === 1 ? [...there][0]! : null
  }

  /** Of those that have a user's key, the one at this address; the only one, when there is one. */
  deviceOf({ deviceIds }: KnownUser, address: string): string | null {
    const at = this.#byAddress.get(canonicalAddress(address))
    const both = at ? [...at].filter((id) => deviceIds.has(id)) : []
    if (both.length === 1) return both[0]!
    return deviceIds.size === 1 ? [...deviceIds][0]! : null
  }

  usersOf(name: string): readonly KnownUser[] {
    return this.#users.get(name) ?? []
  }

  #at(address: string): Set<string> {
    let there = this.#byAddress.get(address)
    if (!there) this.#byAddress.set(address, (there = new Set()))
    return there
  }

  #userOf({ deviceId, snmp }: Sender): HeldUser | null {
    try {
      const credential = openSealed<SnmpCredential>(this.#keys, snmp)
      return credential.version === '3' ? this.#hold(credential, deviceId) : null
    } catch (error) {
      this.#onError(error as Error, deviceId)
      return null
    }
  }

  #hold(credential: UsmCredential, deviceId: string): HeldUser {
    const { contextName: _, ...rest } = credential // of whatever context a notification is
    const named = this.#users.get(credential.user) ?? []
    let held = named.find((one) => isDeepStrictEqual(one.credential, rest))
    if (!held) {
      held = { credential: rest, user: new UsmUser(rest), deviceIds: new Set() }
      this.#users.set(credential.user, [...named, held])
    }
    held.deviceIds.add(deviceId)
    return held
  }

  #release(held: HeldUser | null, deviceId: string): void {
    if (!held) return
    held.deviceIds.delete(deviceId)
    if (held.deviceIds.size > 0) return
    const { user: name } = held.credential
    const rest = this.#users.get(name)?.filter((one) => one !== held) ?? []
    if (rest.length > 0) this.#users.set(name, rest)
    else this.#users.delete(name)
  }
}
