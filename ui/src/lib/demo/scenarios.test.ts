import { faultTargets } from '@zongheng/inventory/demo/faults.ts'
import { describe, expect, it } from 'vitest'
import { dictionaries } from '../i18n/dictionary.ts'
import { someLink } from '../overview/testing.ts'
import { scenarios } from './scenarios.ts'

const county = someLink('lnk_zd', 'sit_sjz', 'sit_zd')
const backup = { ...county.circuits[0]!, id: 'cir_backup', role: 'backup' as const }
const link = { ...county, circuits: [{ ...county.circuits[0]!, id: 'cir_primary' }, backup] }
const place = { link, upperRouterId: 'dev_cr', lowerRouterId: 'dev_rt' }

describe('a scenario', () => {
  it.each<[(typeof scenarios)[number]['id'], string]>([
    ['primary-cut', 'circuit-cut cir_primary'],
    ['both-cut', 'circuit-cut cir_primary, circuit-cut cir_backup'],
    ['county-power', 'site-power sit_zd'],
    ['fan-fail', 'fan-fail dev_rt'],
    ['core-down', 'device-down dev_cr'],
    ['city-power', 'site-power sit_sjz'],
  ])('%s switches on %s', (id, expected) => {
    const faults = scenarios.find((scenario) => scenario.id === id)!.faults(place)
    expect(faults.map(({ kind, target }) => `${kind} ${target}`).join(', ')).toBe(expected)
  })

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s aims at what its kind takes, and is told in words',
    (id, scenario) => {
      const prefixes = { circuit: 'cir_', device: 'dev_', site: 'sit_' }
      for (const { kind, target } of scenario.faults(place))
        expect(target.startsWith(prefixes[faultTargets[kind]])).toBe(true)
      expect(dictionaries.zh.has(`demo.scenario.${id}`) && dictionaries.zh.has(`demo.expect.${id}`)).toBe(
        true,
      )
    },
  )

  it('strikes nothing where the router is not known', () => {
    const blind = { ...place, upperRouterId: null, lowerRouterId: null }
    expect(scenarios.filter((scenario) => scenario.faults(blind).length === 0).map(({ id }) => id)).toEqual([
      'fan-fail',
      'core-down',
    ])
  })
})
