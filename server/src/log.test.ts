import { describe, expect, it } from 'vitest'
import { createLog, withoutPasswords } from './log.ts'

function logged(line: object): string {
  let text = ''
  createLog('trace', 'server', { write: (chunk: string) => void (text += chunk) }).info(line, 'said')
  return text
}

const mark = 'S3CR3T'

describe('a log line', () => {
  it.each<[string, object]>([
    ['a password', { password: mark }],
    ['a credential', { snmp: { version: '2c', community: mark } }],
    ['keys of SNMPv3', { authKey: mark, privKey: mark }],
    ['headers', { req: { headers: { authorization: `Bearer ${mark}`, cookie: `zongheng=${mark}` } } }],
    ['something deep', { a: { b: [{ c: { d: { bindPassword: mark } } }] } }],
    [
      'an error’s own fields',
      { err: Object.assign(new Error('failed'), { options: { clientSecret: mark } }) },
    ],
    [
      'an error’s cause',
      { err: new Error('failed', { cause: Object.assign(new Error('x'), { token: mark }) }) },
    ],
    [
      'an address',
      { err: Object.assign(new TypeError('Invalid URL'), { input: `postgres://zh:${mark}@[` }) },
    ],
    ['an address in words', { err: new Error(`postgres://zh:${mark}@db:5432/zh is away`) }],
  ])('holds no secret of %s', (_, line) => {
    expect(logged(line)).not.toContain(mark)
    expect(logged(line)).toContain('said')
  })

  it('keeps what is none', () => {
    const err = new Error('no answer')
    expect(JSON.parse(logged({ err, collectorId: 'col_1', keyId: 'ab', tokens: 3 }))).toMatchObject({
      err: { type: 'Error', message: 'no answer', stack: expect.stringContaining('log.test.ts') },
      collectorId: 'col_1',
      keyId: 'ab',
      tokens: 3,
    })
  })
})

it('an address keeps all but its password', () => {
  expect(withoutPasswords('postgres://zh:a:b/c@db/zh, https://x:1/')).toBe(
    'postgres://zh:[Redacted]@db/zh, https://x:1/',
  )
})
