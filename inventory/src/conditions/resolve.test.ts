import { expect, it } from 'vitest'
import { applies, byGenerality, effective, specificBy, type Layer } from './resolve.ts'
import { settingErrors, specErrors, type ConditionSpec } from './spec.ts'

const scope = (id: string, regionPath: string, only: string | null, entities: string[] | null) => ({
  id,
  regionPath,
  class: only,
  entities,
})
const root = scope('root', '/p/', null, null)
const ofClass = scope('class', '/p/', 'ups', null)
const city = scope('city', '/p/c/', null, null)
const county = scope('county', '/p/c/x/', null, null)
const countyClass = scope('countyClass', '/p/c/x/', 'ups', null)
const entity = scope('entity', '/p/', null, ['s1'])

it('entity goes before the nearest region, that before the class, that before all', () => {
  const all = [entity, countyClass, root, county, ofClass, city]
  expect(all.toSorted(byGenerality).map(({ id }) => id)).toEqual(
    ['root', 'class', 'city', 'county', 'countyClass', 'entity'], // prettier-ignore
  )
  expect([root, ofClass, city, countyClass, entity].map(specificBy)).toEqual(
    ['region', 'class', 'region', 'region', 'entity'], // prettier-ignore
  )
})

const subject = { id: 's1', partOf: 'd1', regionPath: '/p/c/x/', classes: ['temperature', 'ups'] }
it.each([
  [root, true],
  [ofClass, true],
  [scope('', '/p/', 'router', null), false],
  [scope('', '/p/c2/', null, null), false],
  [scope('', '/p/c/x/t/', null, null), false],
  [entity, true],
  [scope('', '/p/', null, ['d1']), true],
  [scope('', '/p/', null, ['d2']), false],
])('%o applies: %s', (one, does) => expect(applies(one, subject)).toBe(does))

it('tells of each setting which rule gave it', () => {
  const rule = (ruleId: string, settings: Layer['settings'], more: Partial<Layer> = {}): Layer => ({
    origin: { from: 'rule', ruleId, name: ruleId, by: 'region' },
    settings,
    ...more,
  })
  const found = effective(
    [
      { origin: { from: 'default' }, settings: { above: 90, forS: 180 } },
      { origin: { from: 'device' }, settings: { above: 80 } },
      rule('rul_city', { above: 70 }, { severity: 'major', priority: 'P2' }),
      rule('rul_county', { forS: 60 }),
    ],
    { severity: 'warning', priority: null },
  )
  expect(found.settings).toMatchObject({ above: 70, forS: 60, easePercent: 5 })
  expect(found).toMatchObject({ severity: 'major', priority: 'P2' })
  expect(
    Object.entries(found.origins).map(([name, o]) => [name, o.from === 'rule' ? o.ruleId : o.from]),
  ).toEqual(
    [['above', 'rul_city'], ['forS', 'rul_county'], ['severity', 'rul_city'], ['priority', 'rul_city']], // prettier-ignore
  )
})

const spec = (more: Partial<ConditionSpec>): ConditionSpec => ({
  kind: 'threshold',
  metrics: ['cpuPercent'],
  as: 'value',
  classes: [],
  settings: { above: 90 },
  ...more,
})
it.each<[string, ConditionSpec, string[]]>([
  ['a plain one', spec({}), []],
  ['no limit at all', spec({ settings: {} }), ['above missing']],
  [
    'limits in the wrong order',
    spec({ settings: { above: 90, aboveCritical: 80 } }),
    ['aboveCritical order'],
  ],
  ['not finite', spec({ settings: { above: NaN } }), ['above range']],
  ['of another kind', spec({ settings: { above: 1, times: 3 } }), ['times unknown']],
  ['no metric', spec({ metrics: [] }), ['metrics missing']],
  ['metrics of different things', spec({ metrics: ['cpuPercent', 'value'] }), ['metrics unknown']],
  ['a gauge read as a rate', spec({ as: 'perMinute' }), ['as unknown']],
  ['a group of nothing', spec({ kind: 'group', metrics: [], settings: {} }), ['group missing']],
])('%s', (_, given, errors) => {
  expect(specErrors(given).map(({ field, code }) => `${field} ${code}`)).toEqual(errors)
})

it('an override says only what it wants other', () => {
  expect(settingErrors('threshold', { forS: 60, off: 1 })).toEqual([])
  expect(settingErrors('threshold', { above: null })).toEqual([])
  expect(settingErrors('threshold', { forS: null as unknown as number })).toEqual([
    { field: 'forS', code: 'missing' },
  ])
})
