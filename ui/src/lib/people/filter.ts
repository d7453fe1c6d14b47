import type { Role, User } from '@zongheng/server/api.ts'
import { roles } from '../roles.ts'

export const userStates = ['active', 'locked', 'disabled'] as const
export type UserState = (typeof userStates)[number]
export const sortKeys = ['name', 'username', 'region', 'state', 'signedIn'] as const
export type SortKey = (typeof sortKeys)[number]

/** Whom the list shows, as its address says: `?q=…&role=agent&team=…&state=disabled&sort=-signedIn`. */
export interface UserFilter {
  q: string
  role: Role | null
  /** A team's id. */
  team: string | null
  /** Null: all but the disabled. */
  state: UserState | null
  sort: { key: SortKey; descending: boolean }
}

type Search = Pick<URLSearchParams, 'get' | 'toString'>

export function readFilter(search: Search): UserFilter {
  const sorted = search.get('sort') ?? ''
  return {
    q: search.get('q') ?? '',
    role: roles.find((role) => role === search.get('role')) ?? null,
    team: search.get('team'),
    state: userStates.find((state) => state === search.get('state')) ?? null,
    sort: {
      key: sortKeys.find((key) => key === sorted.replace(/^-/, '')) ?? 'name',
      descending: sorted.startsWith('-'),
    },
  }
}

/** Only what differs from the default stands in the address; what else is there (the region) stays. */
export function writeFilter(filter: UserFilter, search: Search): URLSearchParams {
  const next = new URLSearchParams(search.toString())
  const put = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name))
  const { key, descending } = filter.sort
  put('q', filter.q)
  put('role', filter.role)
  put('team', filter.team)
  put('state', filter.state)
  put('sort', key === 'name' && !descending ? null : `${descending ? '-' : ''}${key}`)
  return next
}

const values: Record<SortKey, (user: User) => string | number | null> = {
  name: (user) => user.displayName,
  username: (user) => user.username,
  region: (user) => user.region.name,
  state: (user) => userStates.length - userStates.indexOf(user.state ?? 'active'),
  signedIn: (user) => user.signedInAt,
}
const words = new Intl.Collator('zh', { numeric: true })

/** Unknown values come last either way; equals keep their names' order. */
export function sortUsers(users: readonly User[], { key, descending }: UserFilter['sort']): User[] {
  const valueOf = values[key]
  const sign = descending ? -1 : 1
  return [...users].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    const order = typeof x === 'string' && typeof y === 'string' ? words.compare(x, y) : Number(x) - Number(y)
    return sign * order || words.compare(a.displayName, b.displayName)
  })
}
