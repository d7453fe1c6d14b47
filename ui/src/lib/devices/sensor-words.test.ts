import { loadProfiles } from '@zongheng/inventory/profile-library.ts'
import { expect, it } from 'vitest'
import { hasKey } from '#lib/i18n/render.ts'

const lineTests = /^(rttMon|nqa|hh3cNqa|pingResults)/

it('what tests of lines say has words of this language', () => {
  const rules = loadProfiles().flatMap(({ sensors }) => sensors.filter(({ key }) => lineTests.test(key)))
  const keys = rules.flatMap(({ class: of, states = {} }) => [
    `devices.sensorClass.${of}`,
    ...Object.values(states).map(([text]) => `devices.sensorState.${text}`),
  ])
  expect(keys.length).toBeGreaterThan(60)
  expect(keys.filter((key) => !hasKey(key))).toEqual([])
})
