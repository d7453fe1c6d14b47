import { describe, expect, it } from 'vitest'
import { extendedKey, localizedKey, passwordKey } from './keys.ts'

const engineId = Buffer.from('000000000000000000000002', 'hex')
const password = 'maplesyrup'

describe('keys of the password "maplesyrup" at engine 00..02', () => {
  it.each([
    ['md5', '9faf3283884e92834ebc9847d8edd963', '526f5eed9fcce26f8964c2930787d82b', 'RFC 3414 §A.3.1'],
    [
      'sha1',
      '9fb5cc0381497b3793528939ff788d5d79145211',
      '6695febc9288e36282235fc7151f128497b38f3f',
      'RFC 3414 §A.3.2',
    ],
  ])('%s: as the standard has them', (hash, ku, kul) => {
    const key = passwordKey(hash, password)
    expect([key.toString('hex'), localizedKey(hash, key, engineId).toString('hex')]).toEqual([ku, kul])
  })

  it.each([
    ['md5', '526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12'],
    ['sha1', '6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9cd2d5065547743fb5'],
  ])('%s: extended as draft-reeder §B.1 and §B.2 have it', (hash, hex) => {
    const localized = localizedKey(hash, passwordKey(hash, password), engineId)
    const octets = hex.length / 2
    expect(extendedKey(hash, localized, engineId, { octets, extension: 'reeder' }).toString('hex')).toBe(hex)
  })

  it.each(['blumenthal', 'reeder'] as const)(
    'a hash that is long enough is not extended (%s)',
    (extension) => {
      const localized = localizedKey('sha256', passwordKey('sha256', password), engineId)
      expect(extendedKey('sha256', localized, engineId, { octets: 32, extension })).toEqual(localized)
    },
  )

  it('a password is hashed once, however many devices have it', () => {
    expect(passwordKey('sha512', 'shared-by-many')).toBe(passwordKey('sha512', 'shared-by-many'))
  })

  it('an empty password makes no key', () => {
    expect(() => passwordKey('sha1', '')).toThrow(RangeError)
  })
})
