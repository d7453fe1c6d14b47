/**
 * The attacker has a page of their own, open in a browser that is signed in here.
 * Wants that browser to change something: what a form, an image or a script of a foreign page can send.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'

let t: TestApp
let victim: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  t = await testApp()
  victim = await t.as('network-admin')
})
afterAll(() => t.close())

const json = 'application/json'
const body = JSON.stringify({ title: 'forged', description: '' })
const form = 'title=forged&description='
const multipart = '--x\r\ncontent-disposition: form-data; name="title"\r\n\r\nforged\r\n--x--\r\n'

const forged = async () =>
  (await t.context.db.selectFrom('tickets').select('id').where('title', '=', 'forged').execute()).length

describe('a change', () => {
  it.each<[string, Record<string, string>, string, number]>([
    ['from a foreign origin', { 'content-type': json, origin: 'https://evil.example' }, body, 403],
    ['from a page without an origin', { 'content-type': json, origin: 'null' }, body, 403],
    ['from our host by another scheme', { 'content-type': json, origin: 'https://localhost' }, body, 403],
    ['from our host at another port', { 'content-type': json, origin: 'http://localhost:8081' }, body, 403],
    ['from a host that begins like ours', { 'content-type': json, origin: 'http://localhost.evil.example' }, body, 403],
    ['that the browser says is cross-site', { 'content-type': json, 'sec-fetch-site': 'cross-site' }, body, 403],
    ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }, form, 415],
    ['of a form with a file, without our origin', { 'content-type': 'multipart/form-data; boundary=x' }, multipart, 403],
    ['as text that is JSON', { 'content-type': 'text/plain' }, body, 415],
    ['as text that is JSON, in capitals', { 'content-type': 'Text/Plain; charset=utf-8' }, body, 415],
    ['of two types at once', { 'content-type': 'text/plain, application/json' }, body, 415],
    ['as XML', { 'content-type': 'application/xml' }, '<title>forged</title>', 415],
  ])('%s is refused', async (_, headers, payload, status) => {
    const answer = await t.app.inject({ method: 'POST', url: '/api/v1/tickets', headers: { cookie: cookie(), ...headers }, payload })
    expect(answer.statusCode, answer.body).toBe(status)
    expect(await forged()).toBe(0)
  }) // prettier-ignore

  it.each([
    ['x-http-method-override', 'DELETE'],
    ['x-method-override', 'DELETE'],
    ['x-http-method', 'PUT'],
  ])('is not made of a look by %s', async (name, method) => {
    const headers = { cookie: cookie(), [name]: method }
    const answer = await t.app.inject({ url: '/api/v1/session?_method=DELETE', headers })
    expect(answer.statusCode).toBe(200)
    expect((await victim.inject({ url: '/session' })).statusCode).toBe(200)
  })

  it('without a body is refused from a foreign origin, too', async () => {
    const headers = { origin: 'https://evil.example' }
    expect((await victim.inject({ method: 'DELETE', url: '/session', headers })).statusCode).toBe(403)
    expect((await victim.inject({ url: '/session' })).statusCode).toBe(200)
  })

  it('by any route that writes is refused from a foreign origin, before it is looked at', async () => {
    const safe = ['GET', 'HEAD', 'OPTIONS']
    const routes = t.app.apiRoutes
      .filter(({ method, url }) => url.startsWith('/api/v1/') && !safe.includes(String(method)))
      .map(({ method, url }) => ({ method: String(method) as 'POST', url: url.replaceAll(/:\w+/g, 'x') }))
    expect(routes.length).toBeGreaterThan(150)
    const types = [json, 'multipart/form-data; boundary=x']
    for (const { method, url } of routes)
      for (const type of types) {
        const headers = { cookie: cookie(), origin: 'https://evil.example', 'content-type': type }
        const payload = type === json ? '{}' : multipart
        const answer = await t.app.inject({ method, url, headers, payload })
        expect([answer.statusCode, answer.json().code], `${method} ${url} ${type}`).toEqual([403, 'foreign-origin']) // prettier-ignore
      }
  })

  it('of our own page is taken', async () => {
    const headers = { 'content-type': json, origin: 'http://localhost', host: 'localhost', 'sec-fetch-site': 'same-origin' } // prettier-ignore
    const answer = await victim.inject({ method: 'POST', url: '/tickets', body: { title: 'ours', description: '' }, headers }) // prettier-ignore
    expect(answer.statusCode, answer.body).toBe(201)
  })
})

it('no foreign page is allowed to read an answer', async () => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  for (const method of ['GET', 'OPTIONS'])
    expect((await victim.inject({ method, url: '/devices', headers })).headers).not.toHaveProperty('access-control-allow-origin') // prettier-ignore
})

const cookie = () => victim.cookie.split(';')[0]!
