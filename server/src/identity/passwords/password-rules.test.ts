import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newPassword, passwordProblems, randomWords } from './password-rules.ts'
import { defaultPolicy } from '../policy/policy.ts'

const owner = { username: 'chenjing', displayName: '陈静' }
const codes = (password: string, rules = {}) =>
  passwordProblems({ ...defaultPolicy.password, ...rules }, password, owner).map(({ code }) => code)

describe('a password', () => {
  it.each([
    ['correct Horse 7', {}, []],
    ['tulip-7-Bicycle', {}, []],
    ['山高月小水落石出 Ab', {}, []],
    ['Gx7$kp2', {}, ['too-short']],
    ['Gx7$kp2w', { minLength: 8 }, []],
    ['bicycletulipriver', {}, ['too-few-kinds']],
    ['bicycletulipriver', { minKinds: 1 }, []],
    ['bicycle tulip river', { minKinds: 2 }, []],
    ['Bicycle-tulip', { minKinds: 4 }, ['too-few-kinds']],
    ['my-Chenjing-7', {}, ['contains-name']],
    ['Ab-陈静-12345x', {}, ['contains-name']],
    ['Aa1!Aa1!Aa1!', {}, ['too-simple']],
    ['aaaaaaaaaaA1', {}, ['too-simple']],
    ['Abcdefgh1!', {}, ['too-simple']],
    ['Qwertyui1!', {}, ['too-simple']],
    ['9876543210!a', {}, ['too-simple']],
    ['Password123!', {}, ['too-common']],
    ['P@ssw0rd2024', {}, ['too-common']],
    ['Huawei@2024', {}, ['too-common']],
    ['2024.11.22', { minKinds: 2 }, ['too-common']],
  ])('%s with %j: %j', (password, rules, problems) => {
    expect(codes(password, rules)).toEqual(problems)
  })

  it('counts characters as people do', () => {
    expect(codes('🌲🌲🌳🌴🌵🌾🌿🍀', { minLength: 9, minKinds: 1 })).toEqual(['too-short'])
  })

  it('is never right when it contains its owner’s name, wherever that stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (before, after, upper) => {
        const name = upper ? 'CHENJING' : 'chenjing'
        expect(codes(before + name + after)).toContain('contains-name')
      }),
    )
  })

  it('is never right when it is one short piece repeated', () => {
    const piece = fc.string({ minLength: 1, maxLength: 4, unit: 'binary' })
    fc.assert(
      fc.property(piece, fc.integer({ min: 3, max: 20 }), (text, times) => {
        const found = codes(text.repeat(times), { minLength: 1, minKinds: 1 })
        expect(found).toContain('too-simple')
      }),
    )
  })

  it('is judged at once, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 256, unit: 'binary' }), (text) => {
        expect(codes(text).every((code) => code.length > 0)).toBe(true)
      }),
    )
  })
})

describe('a password made here', () => {
  it('is one by the default rules, and another each time', () => {
    const made = new Set(Array.from({ length: 200 }, newPassword))
    expect(made.size).toBe(200)
    for (const password of made) expect(codes(password)).toEqual([])
  })

  it('has no letters that look alike', () => {
    expect(Array.from({ length: 100 }, randomWords).join('')).not.toMatch(/[01ilo]/)
  })
})
