import { isIP, SocketAddress } from 'node:net'

/** Text from outside, as it can be kept: PostgreSQL takes no NUL. What is no text is blank. */
export const clean = (text: unknown, longest = 1000) =>
  typeof text === 'string' ? text.replaceAll('\0', '').slice(0, longest) : ''

/** A number from outside, or null where there is none. */
export const finite = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

/** An IPv4 or IPv6 address, or a host's name [RFC 1123]; four numbers with dots are never a name. */
export const isAddress = (text: string) => isIP(text) !== 0 || (hostName.test(text) && !/^[\d.]+$/.test(text))

/** An IP address in its one plain way of writing (RFC 5952), without a zone; null when it is none. */
export function plainAddress(text: string): string | null {
  const version = isIP(text)
  if (version === 0 || text.includes('%')) return null
  return new SocketAddress({ address: text, family: version === 4 ? 'ipv4' : 'ipv6' }).address
}
