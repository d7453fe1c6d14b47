import { tag } from '../../src/snmp/ber.ts'

/** A value as it goes out: BER tag and content. */
export interface Value {
  tag: number
  content: number | string | Buffer
}

export const int = (value: number): Value => ({ tag: tag.integer, content: Math.round(value) })
export const gauge = (value: number): Value => ({ tag: tag.gauge32, content: Math.round(value) })
export const text = (value: string): Value => ({ tag: tag.octets, content: Buffer.from(value) })
export const hex = (value: string): Value => ({ tag: tag.octets, content: Buffer.from(value, 'hex') })
export const oid = (value: string): Value => ({ tag: tag.oid, content: value })
/** IpAddress [RFC 2578 §7.1.5]. */
export const address = (value: string): Value => ({
  tag: tag.ip,
  content: Buffer.from(value.split('.').map(Number)),
})
export const counter64 = (value: number): Value => ({ tag: tag.counter64, content: value })

/** Counter32 comes round at 2^32. */
export const counter32 = (value: number): Value => ({ tag: tag.counter32, content: value % 2 ** 32 })

/** TimeTicks are hundredths of a second, and come round after 497 days. */
export const ticks = (ms: number): Value => ({
  tag: tag.timeticks,
  content: Math.floor(Math.max(0, ms) / 10) % 2 ** 32,
})
