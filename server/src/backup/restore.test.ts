import { expect, it } from 'vitest'
import { isNewer } from './restore.ts'

it.each([
  ['0.2.0', '0.1.0', true],
  ['0.1.10', '0.1.9', true],
  ['1.0.0', '0.9.9', true],
  ['0.1.0', '0.1.0', false],
  ['0.1.0', '0.2.0', false],
  ['0.9.9', '1.0.0', false],
])('%s is newer than %s: %s', (theirs, ours, expected) => expect(isNewer(theirs, ours)).toBe(expected))
