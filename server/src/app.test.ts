import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from './app.ts'
import { testApp, type TestApp } from './testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

const problem = (answer: Awaited<ReturnType<TestApp['anyone']>>) => {
  expect(answer.headers['content-type']).toContain('application/problem+json')
  return answer.json()
}
const credentials = { username: 'nobody', password: 'wrong' }

it('tells its health to anyone', async () => {
  const answer = await t.anyone({ url: '/api/health' })
  expect(answer.json()).toMatchObject({ status: 'ok', version: expect.any(String) })
})

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and names no path twice', async () => {
    const document = (await t.anyone({ url: '/api/openapi.json' })).json()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/api/v1/session')
  })

  it('can be browsed', async () => {
    const page = await t.anyone({ url: '/api/docs/' })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('swagger-ui')
  })

  it('gives every route a summary and an answer', async () => {
    const { paths } = (await t.anyone({ url: '/api/openapi.json' })).json()
    for (const [path, methods] of Object.entries<Record<string, { summary?: string; responses?: object }>>(
      paths,
    )) {
      for (const [method, route] of Object.entries(methods)) {
        expect(route.summary, `${method} ${path}`).toBeTruthy()
        expect(Object.keys(route.responses ?? {}), `${method} ${path}`).not.toEqual(['default'])
      }
    }
  })
})

describe('a failure is a problem', () => {
  it('an unknown path of the API', async () => {
    expect(problem(await t.anyone({ url: '/nothing' }))).toMatchObject({ status: 404, code: 'not-found' })
  })

  it('in the reader’s language', async () => {
    const answer = await t.anyone({ url: '/users', headers: { 'accept-language': 'en-GB' } })
    expect(problem(answer)).toMatchObject({ status: 401, code: 'unauthenticated', title: 'Sign in first' })
  })

  it('with every wrong field of the body, which is not converted', async () => {
    const answer = await t.anyone({ method: 'POST', url: '/session', body: { username: 5 } })
    expect(problem(answer)).toMatchObject({
      status: 400,
      code: 'invalid',
      errors: [
        { path: '/password', code: 'required' },
        { path: '/username', code: 'type' },
      ],
    })
  })

  it.each([
    ['limit=201', '/querystring/limit', 'maximum'],
    ['limit=0', '/querystring/limit', 'minimum'],
    ['limit=ten', '/querystring/limit', 'type'],
    ['tier=moon', '/querystring/tier', 'enum'],
  ])('with the wrong parameter of ?%s', async (query, path, code) => {
    const admin = await t.as('network-admin')
    const answer = await admin.inject({ url: `/regions?${query}` })
    expect(problem(answer)).toMatchObject({ status: 400, errors: [{ path, code }] })
  })

  it('a body that is no JSON', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await t.anyone({ method: 'POST', url: '/session', body: '{"a":', headers })
    expect(problem(answer)).toMatchObject({ status: 400, code: 'bad-json' })
  })

  it('a body that is too large', async () => {
    const body = { username: 'a', password: 'x'.repeat(1024 * 1024) }
    expect(problem(await t.anyone({ method: 'POST', url: '/session', body }))).toMatchObject({ status: 413 })
  })

  it('an unexpected error, without its reason', async () => {
    const app = await buildApp(t.context, t.services)
    app.get(
      '/api/v1/broken',
      { config: { public: true }, schema: { response: { 200: Type.Null() } } },
      () => {
        throw new Error('the secret reason')
      },
    )
    const answer = await app.inject('/api/v1/broken')
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toMatchObject({ code: 'internal' })
    expect(answer.body).not.toContain('secret')
    await app.close()
  })
})

describe('a change from elsewhere', () => {
  const post = (headers: Record<string, string>) =>
    t.anyone({ method: 'POST', url: '/session', body: credentials, headers })
  it.each([
    ['our own page', { origin: 'http://localhost:80', host: 'localhost:80' }, 401],
    ['a program without Origin', {}, 401],
    ['a foreign page', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['a foreign page that hides its Origin', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('%s', async (_, headers, status) => {
    expect((await post(headers as Record<string, string>)).statusCode).toBe(status)
  })

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'username=a&password=b', 415],
    ['text', 'text/plain', '{"username":"a","password":"b"}', 415],
    ['multipart without Origin', 'multipart/form-data; boundary=x', '--x--', 403],
  ])('%s is refused', async (_, type, body, status) => {
    const answer = await t.anyone({
      method: 'POST',
      url: '/session',
      body,
      headers: { 'content-type': type },
    })
    expect(problem(answer).status).toBe(status)
  })
})

it('tells who guesses the setup code too often to wait', async () => {
  const guess = () => t.anyone({ method: 'POST', url: '/setup', body: {} })
  for (let i = 0; i < 10; i++) expect((await guess()).statusCode).toBe(400)
  expect(problem(await guess())).toMatchObject({ status: 429, code: 'too-many-requests' })
})

it.each([
  ['sends the cookie over TLS alone behind a proxy that has it', true, true],
  ['believes no proxy it was not told of', false, false],
])('%s', async (_, trustProxy, secure) => {
  const proxied = await testApp({ trustProxy })
  const { cookie } = await proxied.as('viewer', '130000', { 'x-forwarded-proto': 'https' })
  expect(/Secure/.test(cookie)).toBe(secure)
  await proxied.close()
})

it('forbids inline scripts, frames and foreign sources', async () => {
  const policy = String((await t.anyone({ url: '/api/health' })).headers['content-security-policy'])
  expect(policy).toContain("default-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(/script-src ([^;]*)/.exec(policy)![1]).not.toContain('unsafe')
})

it('does not start while a route says nothing of who may call it', async () => {
  const app = await buildApp(t.context, t.services)
  app.get('/api/v1/open', () => null)
  await expect(app.ready()).rejects.toThrow('no permission declared for GET /api/v1/open')
})
