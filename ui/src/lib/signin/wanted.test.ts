import { expect, it } from 'vitest'
import { wanted } from './wanted.ts'

it.each([
  ['/alarms?view=all', '/alarms?view=all'],
  [null, '/'],
  ['https://example.org/', '/'],
  ['//example.org', '/'],
  ['/\\example.org', '/'],
  ['/signin?to=%2F', '/'],
])('after the sign-in, %s leads to %s', (to, page) => expect(wanted(to)).toBe(page))
