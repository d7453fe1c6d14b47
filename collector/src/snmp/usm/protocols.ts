/** The protocols of the user-based security model, as data. */

/** `hash` as node:crypto names it; `macOctets`: what of the HMAC travels. */
export interface AuthProtocol {
  hash: string
  macOctets: number
}

/** HMAC-96 of RFC 3414 §6 and §7; the SHA-2 family with the truncations of RFC 7860 §4. */
export const authProtocols = {
  md5: { hash: 'md5', macOctets: 12 },
  sha: { hash: 'sha1', macOctets: 12 },
  sha224: { hash: 'sha224', macOctets: 16 },
  sha256: { hash: 'sha256', macOctets: 24 },
  sha384: { hash: 'sha384', macOctets: 32 },
  sha512: { hash: 'sha512', macOctets: 48 },
} satisfies Record<string, AuthProtocol>

/**
 * How a localized key grows where the hash gives fewer octets than the cipher needs; with SHA-256 and above both are the same.
 * `blumenthal`: draft-blumenthal-aes-usm-04 §3.1.2.1. `reeder`: draft-reeder-snmpv3-usm-3desede-00 §2.1, meant for 3DES and
 * taken for AES by Cisco, Extreme and whoever wants to be read by the same tools.
 */
export type KeyExtension = 'blumenthal' | 'reeder'

export interface PrivProtocol {
  family: 'des' | 'aes'
  /** The localized key's length; of DES the second half is the pre-IV. */
  keyOctets: number
  extension: KeyExtension
}

/** DES of RFC 3414 §8, AES-128 of RFC 3826, AES-192 and AES-256 of the drafts. */
export const privProtocols = {
  des: { family: 'des', keyOctets: 16, extension: 'blumenthal' },
  aes: { family: 'aes', keyOctets: 16, extension: 'blumenthal' },
  aes192b: { family: 'aes', keyOctets: 24, extension: 'blumenthal' },
  aes192r: { family: 'aes', keyOctets: 24, extension: 'reeder' },
  aes256b: { family: 'aes', keyOctets: 32, extension: 'blumenthal' },
  aes256r: { family: 'aes', keyOctets: 32, extension: 'reeder' },
} satisfies Record<string, PrivProtocol>
