import { describe, expect, it } from 'vitest'
import { differences, withoutSecrets } from './change.ts'

describe('secrets', () => {
  it.each([
    ['by their names', { community: 'public', name: 'SW1' }, { community: '***', name: 'SW1' }],
    ['however deep', { a: [{ authKey: 'x', user: 'u' }] }, { a: [{ authKey: '***', user: 'u' }] }],
    ['with all that lies in them', { secret: { a: 'x', b: ['y'] } }, { secret: { a: '***', b: ['***'] } }],
    ['as a list', { recoveryCodes: ['x', 'y'] }, { recoveryCodes: ['***', '***'] }],
    ['as octets', { salt: Buffer.from('x') }, { salt: '***' }],
    ['but not rules about them', { password: { minLength: 10 } }, { password: { minLength: 10 } }],
    ['nor whether there is one', { password: true, token: null }, { password: true, token: null }],
    ['nor what names them', { tokenId: 'tok_1', tokenExpiresAt: 1 }, { tokenId: 'tok_1', tokenExpiresAt: 1 }],
  ])('are masked %s', (_how, value, expected) => {
    expect(JSON.parse(withoutSecrets(value)!)).toEqual(expected)
  })

  it.each([null, undefined])('%s is nothing', (value) => expect(withoutSecrets(value)).toBeNull())

  it('what is too long is cut, and still JSON', () => {
    const text = withoutSecrets({ text: '长'.repeat(100_000) })!
    expect(text.length).toBeLessThan(70_000)
    expect(JSON.parse(text)).toHaveProperty('cut')
  })
})

describe('differences', () => {
  it('are the fields that are not the same, each side by itself', () => {
    const before = { a: 1, b: [1], c: 'x' }
    expect(differences(before, { a: 1, b: [2], c: 'x' })).toEqual({ before: { b: [1] }, after: { b: [2] } })
  })
})
