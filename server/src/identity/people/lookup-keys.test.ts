import { expect, it } from 'vitest'
import { initialsOf } from './lookup-keys.ts'

it.each([
  ['王芳', 'wf'],
  ['单志刚', 'szg'],
  ['曾丽', 'zl'],
  ['仇建国', 'qjg'],
  ['欧阳明', 'oym'],
  ['Li Lei', 'lilei'],
  ['王 芳', 'wf'],
])('%s is %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
