import { expect, it } from 'vitest'
import { approvalsFor, type ChangePlace } from './approvers.ts'
import type { Risk } from './risk.ts'

it.each<[Risk, ChangePlace['tier'], string | null, string[]]>([
  [1, 'county', 'tem_a', ['team tem_a']],
  [1, 'county', null, ['manager own']],
  [2, 'city', 'tem_a', ['manager own']],
  [3, 'county', 'tem_a', ['manager own', 'manager city']],
  [3, 'city', 'tem_a', ['manager own', 'manager province']],
  [3, 'province', 'tem_a', ['manager own']],
])('a change of risk %i of a %s with team %s is approved by %j', (risk, tier, teamId, expected) => {
  const asked = approvalsFor(risk, { tier, teamId }).flatMap(({ by }) => by)
  expect(asked.map((one) => `${one.kind} ${one.kind === 'manager' ? one.tier : one.id}`)).toEqual(expected)
})
