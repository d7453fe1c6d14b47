import { expect, it } from 'vitest'
import { riskOf, type Risk, type RiskFacts } from './risk.ts'

const harmless: RiskFacts = {
  sites: 0,
  devices: 0,
  services: 0,
  bareLinks: 0,
  overloaded: 0,
  tier: 'county',
  inWorkingTime: false,
  hasBackout: true,
  hasTest: true,
  conflicts: 0,
}

it.each<[string, Partial<RiskFacts>, number, Risk, string]>([
  ['nothing is cut at night, with a way back', {}, 0, 1, ''],
  ['a backup stands in, one link is bare meanwhile', { bareLinks: 1 }, 1, 1, 'bareLinks'],
  ['without a way back', { hasBackout: false }, 2, 1, 'hasBackout'],
  ['without test and way back, in office hours', { hasBackout: false, hasTest: false, inWorkingTime: true }, 5, 2, 'inWorkingTime hasBackout hasTest'], // prettier-ignore
  ['one county site is cut', { sites: 1, devices: 2 }, 2, 1, 'sites'],
  ['one county site and its service in office hours', { sites: 1, services: 1, inWorkingTime: true }, 6, 2, 'sites services inWorkingTime'], // prettier-ignore
  ['three sites of a city', { sites: 3, tier: 'city' }, 5, 2, 'sites tier'],
  ['ten sites are the top of it', { sites: 10 }, 6, 2, 'sites'],
  ['what stands in would be overloaded at the province', { overloaded: 2, tier: 'province' }, 4, 2, 'overloaded tier'], // prettier-ignore
  ['many sites and services of the province', { sites: 40, services: 5, devices: 60, tier: 'province' }, 13, 3, 'sites services devices tier'], // prettier-ignore
  ['a conflict makes middle into high', { sites: 3, tier: 'province', conflicts: 1 }, 8, 3, 'sites tier conflicts'], // prettier-ignore
])('%s', (_name, facts, score, risk, why) => {
  const answer = riskOf({ ...harmless, ...facts })
  expect(answer).toMatchObject({ score, risk })
  expect(answer.factors.map(({ key }) => key).join(' ')).toBe(why)
})
