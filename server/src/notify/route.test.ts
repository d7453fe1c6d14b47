import { officeCalendar } from '@zongheng/inventory/calendar.ts'
import { describe, expect, it } from 'vitest'
import { builtInRouteId, routesFor, stepAtMs, type Route, type Routed } from './route.ts'

const calendar = officeCalendar()
const at = (text: string) => Date.parse(`${text}+08:00`)
const monday = '2026-11-23T10:00'
const route = (id: string, regionPath: string, match: Partial<Route['match']> = {}, rest: Partial<Route> = {}): Route => ({
  id,
  name: id,
  regionId: regionPath.split('/').at(-2)!,
  regionPath,
  position: 0,
  match: { severities: [], classes: [], conditions: [], hours: 'any', ...match },
  steps: [{ afterMinutes: 0, to: [{ kind: 'scope' }] }],
  enabled: true,
  ...rest,
}) // prettier-ignore
const alarm: Routed = {
  regionPaths: ['/省/市/县/', '/省/市/'],
  severity: 'major',
  entityType: 'link',
  condition: 'link-state',
}

describe('routes', () => {
  it.each<[name: string, routes: Route[], alarm: Partial<Routed>, when: string, taken: string[]]>([
    ['none: the built-in one', [], {}, monday, [builtInRouteId]],
    ['the nearest region first', [route('省', '/省/'), route('县', '/省/市/县/')], {}, monday, ['县', '省']],
    ['then their order', [route('b', '/省/', {}, { position: 2 }), route('a', '/省/', {}, { position: 1 })], {}, monday, ['a', 'b']],
    ['not of another region', [route('邻', '/省/邻/')], {}, monday, [builtInRouteId]],
    ['of either end of a link', [route('邻', '/省/邻/')], { regionPaths: ['/省/市/县/', '/省/邻/'] }, monday, ['邻']],
    ['by severity', [route('a', '/省/', { severities: ['critical'] }), route('b', '/省/', { severities: ['major'] })], {}, monday, ['b']],
    ['by class', [route('a', '/省/', { classes: ['device'] })], {}, monday, [builtInRouteId]],
    ['by condition', [route('a', '/省/', { conditions: ['link-state'] })], {}, monday, ['a']],
    ['in working hours', [route('a', '/省/', { hours: 'working' }), route('b', '/省/', { hours: 'off' })], {}, monday, ['a']],
    ['at noon nobody works', [route('a', '/省/', { hours: 'working' }), route('b', '/省/', { hours: 'off' })], {}, '2026-11-23T13:00', ['b']],
    ['nor on a Sunday', [route('a', '/省/', { hours: 'working' }), route('b', '/省/', { hours: 'off' })], {}, '2026-11-22T10:00', ['b']],
    ['not one that is off', [route('a', '/省/', {}, { enabled: false })], {}, monday, [builtInRouteId]],
  ])('%s', (_, routes, change, when, taken) => {
    expect(routesFor(routes, { ...alarm, ...change }, calendar, at(when)).map(({ id }) => id)).toEqual(taken)
  }) // prettier-ignore

  it('steps come so long after the first message', () => {
    const { steps } = route(
      'a',
      '/省/',
      {},
      { steps: [0, 15, 60].map((afterMinutes) => ({ afterMinutes, to: [] })) },
    )
    expect([0, 1, 2, 3].map((i) => stepAtMs({ steps }, i, 1000))).toEqual([1000, 901_000, 3_601_000, null])
  })
})
