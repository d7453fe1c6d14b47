import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId } from '@zongheng/inventory/id.ts'
import { newSecret } from '../../bearer-secret.ts'
import { parseToken, tokenText } from './token-text.ts'

describe('a token’s text', () => {
  it('says which token it is, and its secret', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 32 ** 9 - 1 }), (nowMs) => {
        const token = { id: newId('token', nowMs), secret: newSecret() }
        expect(parseToken(tokenText(token))).toEqual(token)
      }),
    )
  })

  it('is known by its form alone', () => {
    expect(tokenText({ id: newId('token'), secret: newSecret() })).toMatch(/^zht_[0-9a-z]{18}_[\w-]{43}$/)
  })

  it('is nothing else', () => {
    const right = tokenText({ id: newId('token'), secret: newSecret() })
    fc.assert(fc.property(fc.string(), (text) => parseToken(text) === undefined))
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.constantFrom('', '%', ' ', '/', '\0'), (at, c) => {
        expect(parseToken(right.slice(0, at) + c + right.slice(at + 1))).toBeUndefined()
      }),
    )
  })
})
