import { checkCodes } from '@zongheng/inventory/check.ts'
import { expect, it } from 'vitest'
import { reasonOf } from '../desk/check-text.ts'
import { cleanOutcome } from './told.ts'

const outcome = (code: string, values = {}) => ({ ok: false, code, values })

it('keeps every code there is, and those of a newer collector', () => {
  for (const known of [...new Set(Object.values(checkCodes).flat()), 'to-come'])
    expect(cleanOutcome(outcome(known)).code).toBe(known)
})

it.each(['<script>', 'a'.repeat(80), 'two words', 'nul\0', ''])('the code %j is none', (code) => {
  expect(cleanOutcome(outcome(code)).code).toBe('failed')
})

it('keeps a few short values, none of which a database refuses', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`v${i}`, 'x'.repeat(2000)]))
  const { values } = cleanOutcome(outcome('reply', { text: 'a\0b', ' = ': 1, n: 4, none: null, ...many }))
  expect(values).toMatchObject({ text: 'ab', n: 4, none: null })
  expect(Object.keys(values)).toHaveLength(12)
  expect(JSON.stringify(values).length).toBeLessThan(10_000)
})

it('a code that is the name of something else is told as it is', () => {
  expect(reasonOf({ code: 'constructor' })).toBe('：constructor')
})
