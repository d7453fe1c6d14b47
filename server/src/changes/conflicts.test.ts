import { expect, it } from 'vitest'
import { conflictsOf, type Planned, type Surroundings } from './conflicts.ts'

const hour = 3_600_000
const nothing: Surroundings = { windows: [], changes: [], bookings: [], freezes: [] }
/** From 2 to 4 o'clock on the router of a county, which its line and its site hang on. */
const planned: Planned = {
  id: 'tkt_own',
  fromMs: 2 * hour,
  untilMs: 4 * hour,
  entityIds: ['dev_router'],
  within: new Set(['dev_router', 'sit_county', 'reg_county', 'reg_city']),
  beside: new Set(['cct_first', 'lnk_county', 'dev_city']),
  regionPaths: ['/reg_province/reg_city/reg_county/'],
  cutSiteIds: new Set(['sit_county']),
  bareSiteIds: new Set(['sit_beyond']),
}
const partOf: Record<string, string[]> = { sen_router: ['dev_router', 'sit_county'] }
const at = (from: number, until: number, ...entityIds: string[]) => ({
  id: 'one_a',
  title: '',
  fromMs: from * hour,
  untilMs: until * hour,
  entityIds,
  within: new Set(entityIds.flatMap((id) => [id, ...(partOf[id] ?? [])])),
})
const freeze = (from: number, until: number, regionPath: string) => ({ ...at(from, until), regionPath })

it.each<[string, Partial<Surroundings>, string]>([
  ['meets nothing where nothing is', {}, ''],
  ['meets a window over its own device', { windows: [at(3, 5, 'dev_router')] }, 'window entities'],
  ['meets a window over its city', { windows: [at(0, 24, 'reg_city')] }, 'window entities'],
  ['meets a window over the line it hangs on', { windows: [at(3, 5, 'cct_first')] }, 'window adjacent'],
  ['meets a window over a part of its own device', { windows: [at(3, 5, 'sen_router')] }, 'window entities'],
  ['meets no window elsewhere', { windows: [at(3, 5, 'dev_other')] }, ''],
  ['meets no window that ends as it begins', { windows: [at(1, 2, 'dev_router')] }, ''],
  ['meets no window that begins as it ends', { windows: [at(4, 5, 'dev_router')] }, ''],
  ['meets another change of the same device', { changes: [at(1, 3, 'dev_router')] }, 'change entities'],
  ['meets a change at the other end of its line', { changes: [at(1, 3, 'dev_city')] }, 'change adjacent'],
  ['does not meet itself', { changes: [{ ...at(2, 4, 'dev_router'), id: 'tkt_own' }] }, ''],
  [
    'may not cross a freeze of the province',
    { freezes: [freeze(0, 24, '/reg_province/')] },
    'freeze frozen !',
  ],
  ['may cross a freeze of the next city', { freezes: [freeze(0, 24, '/reg_province/reg_next/')] }, ''],
  ['may come after a freeze', { freezes: [freeze(0, 2, '/reg_province/')] }, ''],
  ['cuts a conference off', { bookings: [at(3, 5, 'sit_hall', 'sit_county')] }, 'booking cut'],
  ['leaves a conference on one line', { bookings: [at(3, 5, 'sit_beyond')] }, 'booking bare'],
  ['leaves a conference elsewhere alone', { bookings: [at(3, 5, 'sit_hall')] }, ''],
  ['leaves a conference alone that is over', { bookings: [at(0, 2, 'sit_county')] }, ''],
  [
    'names what forbids first',
    { bookings: [at(1, 5, 'sit_county')], freezes: [freeze(3, 5, '/reg_province/')] },
    'freeze frozen !, booking cut',
  ],
])('a change %s', (_name, around, expected) => {
  const told = conflictsOf(planned, { ...nothing, ...around })
  expect(told.map(({ kind, why, forbids }) => `${kind} ${why}${forbids ? ' !' : ''}`).join(', ')).toBe(
    expected,
  )
})
