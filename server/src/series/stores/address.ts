import type { StoreAddress } from './http.ts'

export type StoreKind = 'embedded' | 'victoriametrics' | 'influxdb'
/** In the data folder: what waits for a store elsewhere. */
export const outboxFile = 'series-outbox.db'
export const embeddedUrl = 'embedded'

/** What `seriesUrl` may be: empty or `embedded`, or an address with the store's name before its scheme. */
export const seriesUrlPattern = '^(|embedded|(victoriametrics|influxdb)\\+https?://.+)$'

/**
 * `victoriametrics+http://user:password@host:8428`, `influxdb+https://host:8086/database`. Throws a TypeError when it is no address.
 */
export function storeOf(seriesUrl: string): { kind: StoreKind; address: StoreAddress } {
  const none: StoreAddress = { url: '', user: '', password: '', database: '' }
  if (seriesUrl === '' || seriesUrl === embeddedUrl) return { kind: 'embedded', address: none }
  const [kind, ...rest] = seriesUrl.split('+')
  const url = new URL(rest.join('+'))
  const path = decodeURIComponent(url.pathname).replace(/\/+$/, '')
  const isInflux = kind === 'influxdb'
  return {
    kind: isInflux ? 'influxdb' : 'victoriametrics',
    address: {
      url: `${url.origin}${isInflux ? '' : path}`,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: isInflux ? path.slice(1) || defaultDatabase : '',
    },
  }
}

const defaultDatabase = 'zongheng'
