import { deviceRoles, deviceStates, type DeviceRole, type DeviceState } from '@zongheng/inventory/device.ts'
import type { Device } from '@zongheng/server/api.ts'

export const sortKeys = [
  'state',
  'name',
  'role',
  'hardware',
  'site',
  'cpu',
  'memory',
  'response',
  'since',
] as const
export type SortKey = (typeof sortKeys)[number]

/** What the list shows, as its address says: `?state=down&role=ups&site=…&q=…&sort=-cpu`. */
export interface DeviceFilter {
  /** Null: every state. */
  states: DeviceState[] | null
  role: DeviceRole | null
  /** A site's id. */
  site: string | null
  q: string
  sort: { key: SortKey; descending: boolean }
}

/** Worst first. */
export const worstFirst = [
  'down',
  'degraded',
  'unreachable',
  'unknown',
  'up',
] as const satisfies DeviceState[]
export const abnormalStates: DeviceState[] = worstFirst.filter((state) => state !== 'up')

type Search = Pick<URLSearchParams, 'get' | 'toString'>
const isState = (text: string): text is DeviceState => (deviceStates as readonly string[]).includes(text)

export function readFilter(search: Search): DeviceFilter {
  const states = search.get('state')?.split(',').filter(isState) ?? []
  const sorted = search.get('sort') ?? ''
  const key = sortKeys.find((k) => k === sorted.replace(/^-/, ''))
  return {
    states: states.length > 0 ? states : null,
    role: deviceRoles.find((role) => role === search.get('role')) ?? null,
    site: search.get('site'),
    q: search.get('q') ?? '',
    sort: key ? { key, descending: sorted.startsWith('-') } : { key: 'state', descending: false },
  }
}

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: DeviceFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name))
  const { key, descending } = filter.sort
  put('state', filter.states?.join(',') ?? null)
  put('role', filter.role)
  put('site', filter.site)
  put('q', filter.q)
  put('sort', key === 'state' && !descending ? null : `${descending ? '-' : ''}${key}`)
  return next
}

export function matches(device: Device, filter: DeviceFilter): boolean {
  if (filter.states && !filter.states.includes(device.state)) return false
  if (filter.role && device.role !== filter.role) return false
  if (filter.site && device.site.id !== filter.site) return false
  const q = filter.q.trim().toLowerCase()
  const texts = [
    device.name,
    device.address,
    device.hardware,
    device.site.name,
    device.serial,
    device.sysName,
  ]
  return q === '' || texts.some((text) => text.toLowerCase().includes(q))
}

const values: Record<SortKey, (device: Device) => number | string | null> = {
  state: (d) => worstFirst.indexOf(d.state),
  name: (d) => d.name,
  role: (d) => deviceRoles.indexOf(d.role),
  hardware: (d) => d.hardware || null,
  site: (d) => d.site.name,
  cpu: (d) => d.cpuPercent,
  memory: (d) => d.memoryPercent,
  response: (d) => d.responseMs,
  since: (d) => d.since,
}

const words = new Intl.Collator('zh', { numeric: true })

/** Unknown values come last either way; equals keep their names' order. */
export function sortDevices(devices: readonly Device[], { key, descending }: DeviceFilter['sort']): Device[] {
  const valueOf = values[key]
  const sign = descending ? -1 : 1
  return [...devices].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    const order = typeof x === 'string' && typeof y === 'string' ? words.compare(x, y) : Number(x) - Number(y)
    return sign * order || words.compare(a.name, b.name)
  })
}
