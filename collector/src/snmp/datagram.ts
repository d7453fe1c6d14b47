import { tag } from './ber.ts'
import { Scanner } from './octets.ts'
import type { Reply } from './request.ts'

/** The outside of what came: enough to find whose reply it is. One is reused for all. */
export class Datagram implements Reply {
  octets: Buffer = Buffer.alloc(0)
  /** 0, 1 and 3 for SNMPv1, v2c and v3; others are left to whoever looks. */
  version = 0
  /** request-id; of v3 first msgID, until `readPdu` went inside. */
  id = 0
  communityAt = 0
  communityEnd = 0
  /** Of the PDU. */
  pduTag = 0
  errorStatus = 0
  errorIndex = 0
  at = 0
  end = 0
  rttMs = 0
  readonly #scanner = new Scanner()

  /** Throws BerError for what is no SNMP message. */
  read(octets: Buffer): void {
    const scanner = this.#scanner.over(octets, 0, octets.length)
    const end = scanner.enter(tag.sequence)
    scanner.end = end
    this.octets = octets
    this.version = scanner.integer()
    if (this.version === 3) {
      scanner.enter(tag.sequence)
      this.id = scanner.integer()
      return
    }
    this.communityEnd = scanner.enter(tag.octets)
    this.communityAt = scanner.at
    this.readPdu(octets, this.communityEnd, end)
  }

  readPdu(octets: Buffer, start: number, end: number): void {
    const scanner = this.#scanner.over(octets, start, end)
    this.octets = octets
    this.pduTag = scanner.peek()
    scanner.end = scanner.enter(this.pduTag)
    this.id = scanner.integer()
    this.errorStatus = scanner.integer()
    this.errorIndex = scanner.integer()
    this.end = scanner.enter(tag.sequence)
    this.at = scanner.at
  }
}
