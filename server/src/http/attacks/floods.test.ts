/**
 * The attacker may send what they like, and much of it: large, deep, wide, poisoned.
 * Wants the process to stop, to slow down, or every object in it to change. (Slow senders: hardening.test.ts; collectors' bombs:
 * uplink/gateway.test.ts and uplink/belongs.test.ts; profiles: inventory/src/profile-parse.test.ts.)
 */
import { parsePlaybook } from '@zongheng/playbooks/playbook.ts'
import { parseProfile } from '@zongheng/inventory/profile-parse.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'

let t: TestApp
let admin: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  t = await testApp()
  admin = await t.as('network-admin')
})
afterAll(() => t.close())

const headers = { 'content-type': 'application/json' }
const post = (url: string, body: string) => admin.inject({ method: 'POST', url, body, headers })
const megabyte = 1024 * 1024

describe('a body', () => {
  it('of a byte over a megabyte is refused, whoever sends it', async () => {
    const body = `{"title":"${'a'.repeat(megabyte - 11)}"}`
    expect(Buffer.byteLength(body)).toBe(megabyte + 1)
    expect((await post('/tickets', body)).statusCode).toBe(413)
    expect((await t.anyone({ method: 'POST', url: '/session', body, headers })).statusCode).toBe(413)
  })

  it.each<[string, string]>([
    ['lists in lists', `{"title":"x","description":${'['.repeat(1000)}${']'.repeat(1000)}}`],
    ['objects in objects', `{"title":"x","description":"","a":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}}`],
    ['100,000 lists in lists', `{"title":"x","description":"","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['60,000 names', `{"title":"x","description":"",${Array.from({ length: 60_000 }, (_, i) => `"k${i}":1`).join()}}`],
    ['a number without end', `{"title":"x","description":"","impact":${'9'.repeat(100_000)}}`],
    ['60,000 list items', `{"title":"x","description":"","a":[${Array(60_000).fill('{}').join()}]}`],
  ])('of %s is answered, and not by a failure', async (_, body) => {
    expect((await post('/tickets', body)).statusCode).toBeLessThan(500)
    expect((await admin.inject({ url: '/session' })).statusCode).toBe(200)
  }) // prettier-ignore

  it('with more items than a list may have is refused', async () => {
    const body = JSON.stringify({ skills: Array(10_000).fill('x') })
    const officer = await t.as('system-admin')
    const answer = await officer.inject({ method: 'PATCH', url: `/users/${officer.userId}`, body, headers })
    expect(answer.statusCode).toBe(400)
  })

  it('of a form is bounded in its parts', async () => {
    const part = (i: number) => `--x\r\ncontent-disposition: form-data; name="f${i}"\r\n\r\n1\r\n`
    const body = Buffer.from(Array.from({ length: 5000 }, (_, i) => part(i)).join('') + '--x--\r\n')
    const ours = { 'content-type': 'multipart/form-data; boundary=x', origin: 'http://localhost', host: 'localhost' } // prettier-ignore
    const answer = await admin.inject({ method: 'POST', url: '/devices/import', body, headers: ours })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
  })
})

describe('an address', () => {
  it.each([
    ['20,000 names', `/devices?${Array.from({ length: 20_000 }, (_, i) => `k${i}=1`).join('&')}`],
    ['one name 20,000 times', `/series?${'entity=a&'.repeat(20_000)}metric=x&from=1&until=2`],
    ['a text of 200,000', `/devices?q=${'a'.repeat(200_000)}`],
    ['limits beyond all', '/devices?limit=999999999'],
    ['limits below none', '/devices?limit=-1'],
    ['a limit that is no number', '/devices?limit[$gt]=1'],
  ])('with %s is answered, and not by a failure', async (_, url) => {
    expect((await admin.inject({ url })).statusCode).toBeLessThan(500)
  })
})

describe('a poisoned name', () => {
  const isClean = () => {
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  }

  it.each([
    '{"title":"x","description":"","__proto__":{"isAdmin":true}}',
    '{"title":"x","description":"","constructor":{"prototype":{"isAdmin":true}}}',
    '{"title":"x","description":"","a":{"__proto__":{"isAdmin":true}}}',
    '[{"__proto__":{"isAdmin":true}}]',
    '{"title":"x","description":"","\\u005f_proto__":{"isAdmin":true}}',
  ])('in a body changes no other object: %s', async (body) => {
    const answer = await post('/tickets', body)
    expect(answer.statusCode).toBe(400)
    isClean()
  })

  it.each(['__proto__[isAdmin]=1', '__proto__.isAdmin=1', 'constructor[prototype][isAdmin]=1', '__proto__=1'])(
    'in an address changes no other object: %s', async (query) => {
      expect((await admin.inject({ url: `/devices?${query}` })).statusCode).toBeLessThan(500)
      isClean()
    },
  ) // prettier-ignore

  it('in a playbook’s inputs names none', async () => {
    const body = '{"playbook":"collect-diagnostics","deviceId":"x","inputs":{"__proto__":"x"}}'
    expect((await post('/runs', body)).statusCode).toBe(400)
    isClean()
  })

  it.each(['__proto__:\n  isAdmin: true\n', 'a: &a {isAdmin: true}\n__proto__: *a\n', 'constructor:\n  prototype:\n    isAdmin: true\n'])(
    'in YAML of playbooks and profiles changes no other object: %j', (yaml) => {
      for (const parse of [() => parsePlaybook('x.yaml', yaml), () => parseProfile(yaml, 'x.yaml')])
        expect(parse).toThrow()
      isClean()
    },
  ) // prettier-ignore

  it('a YAML that doubles with each line is refused', () => {
    const lines = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join('\n') // prettier-ignore
    for (const parse of [() => parsePlaybook('x.yaml', lines), () => parseProfile(lines, 'x.yaml')])
      expect(parse).toThrow()
  })
})
