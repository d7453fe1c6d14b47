import type { PasswordRules } from '@zongheng/server/api.ts'
import { describe, expect, it } from 'vitest'
import { judge } from './password-rules.ts'

const rules: PasswordRules = { minLength: 10, minKinds: 3, history: 5, maxAgeDays: 0 }
const person = ['chenjing', '陈静']
const unmet = (password: string, repeat = password) =>
  judge(rules, password, repeat, person)
    .filter(({ met }) => !met)
    .map(({ name }) => name)

describe('a new password', () => {
  it.each([
    ['', ['length', 'kinds', 'person', 'repeat']],
    ['Kurz-1', ['length']],
    ['nurkleinbuchstaben', ['kinds']],
    ['ChenJing-2026', ['person']],
    ['陈静-Winter-26', ['person']],
    ['Grosser-Berg-26', []],
    ['三座Berge-26', []],
  ])('%s leaves unmet: %j', (password, left) => expect(unmet(password)).toEqual(left))

  it('has to be typed twice', () => expect(unmet('Grosser-Berg-26', 'Grosser-Berg-27')).toEqual(['repeat']))
})
