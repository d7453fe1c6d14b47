import type { SnmpCredential } from '../contract.ts'
import { tag } from './ber.ts'
import { SnmpError } from './error.ts'
import { BackWriter } from './octets.ts'
import { UsmPeer } from './usm/peer.ts'
import { UsmUser, type UsmCredential } from './usm/user.ts'

export type CommunityCredential = Exclude<SnmpCredential, UsmCredential>

/** The envelope of v1 and v2c messages. */
export class CommunityFraming {
  readonly version: '1' | '2c'
  readonly versionNumber: 0 | 1
  readonly #community: Uint8Array
  /** Version and community as they travel. */
  readonly #prefix: Uint8Array

  constructor({ version, community }: CommunityCredential) {
    this.version = version
    this.versionNumber = version === '1' ? 0 : 1
    this.#community = Buffer.from(community, 'utf8')
    const writer = new BackWriter(this.#community.length + 16)
    writer.raw(this.#community)
    writer.close(tag.octets, 0)
    writer.integer(this.versionNumber)
    this.#prefix = Uint8Array.from(writer.take())
  }

  /** Around the PDU that `writer` holds. */
  wrap(writer: BackWriter): Buffer {
    writer.raw(this.#prefix)
    writer.close(tag.sequence, 0)
    return writer.take()
  }

  isCommunity(octets: Uint8Array, start: number, end: number): boolean {
    if (end - start !== this.#community.length) return false
    for (let i = start; i < end; i++) if (octets[i] !== this.#community[i - start]) return false
    return true
  }
}

/** How an agent's messages are framed: shared by all with one community, one for each device with USM. */
export type Framing = CommunityFraming | UsmPeer

/** One engine's framings: passwords become keys once, however many devices share them. */
export class Framings {
  readonly #communities = new Map<string, CommunityFraming>()
  readonly #users = new Map<string, UsmUser>()

  /** An error when a v3 credential lacks what its level needs. */
  of(credential: SnmpCredential, device: string): Framing | SnmpError {
    if (credential.version === '3') return this.#usm(credential, device)
    const key = `${credential.version} ${credential.community}`
    return remembered(this.#communities, key, () => new CommunityFraming(credential))
  }

  #usm(credential: UsmCredential, device: string): UsmPeer | SnmpError {
    try {
      const user = remembered(this.#users, JSON.stringify(credential), () => new UsmUser(credential))
      return new UsmPeer(user, device)
    } catch (error) {
      if (error instanceof SnmpError) return error
      throw error
    }
  }
}

const mostRemembered = 1_000

function remembered<T>(map: Map<string, T>, key: string, make: () => T): T {
  let one = map.get(key)
  if (!one) {
    if (map.size >= mostRemembered) map.clear()
    map.set(key, (one = make()))
  }
  return one
}
