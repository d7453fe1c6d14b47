import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'
import { hashPassword } from './password.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

let t: TestApp
beforeEach(async () => {
  t = await testApp()
  const regionId = t.regions.get('130123')!
  await t.services.identity.createUser({
    username: 'Liu',
    displayName: '刘洋',
    passwordHash: await hashPassword('correct horse'),
    regionId,
    grants: [{ role: 'requester', regionId }],
  })
})
afterEach(() => t.close())

const signIn = (password: string, username = 'liu') =>
  t.anyone({ method: 'POST', url: '/session', body: { username, password } })
const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>) =>
  String(answer.headers['set-cookie']).split(';')[0]!
const me = (cookie: string) => t.anyone({ url: '/session', headers: { cookie } })

describe('signing in', () => {
  it('tells who one is, and sets a cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn('correct horse')
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({
      user: { username: 'liu', displayName: '刘洋' },
      roles: ['requester'],
      regions: [{ name: '正定县', tier: 'county' }],
      demo: false,
      signedInAt: t.context.now,
    })
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax$/)
    expect((await me(cookieOf(answer))).statusCode).toBe(200)
  })

  it.each([
    ['a wrong password', 'liu', 'wrong'],
    ['an unknown user', 'nobody', 'correct horse'],
    ['no password', 'liu', ' '],
  ])('is refused with %s, and does not say which', async (_, username, password) => {
    const answer = await signIn(password, username)
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toMatchObject({ code: 'wrong-credentials', title: '用户名或密码不正确' })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('has to wait after five failures, and longer after each further one', async () => {
    for (let i = 0; i < 5; i++) expect((await signIn('wrong')).statusCode).toBe(401)
    expect((await signIn('correct horse')).statusCode).toBe(429)
    t.context.now += 10_000
    expect((await signIn('wrong')).statusCode).toBe(401)
    t.context.now += 10_000
    expect((await signIn('correct horse')).statusCode).toBe(429)
    t.context.now += 10_000
    expect((await signIn('correct horse')).statusCode).toBe(201)
  })
})

describe('a session', () => {
  it('ends when it is signed out, for every holder of its cookie, and tells its sockets', async () => {
    const revoked: string[] = []
    t.context.bus.on('session.revoked', ({ sessionId }) => revoked.push(sessionId))
    const cookie = cookieOf(await signIn('correct horse'))
    expect((await t.anyone({ method: 'DELETE', url: '/session', headers: { cookie } })).statusCode).toBe(204)
    expect((await me(cookie)).statusCode).toBe(401)
    expect(revoked).toHaveLength(1)
  })

  it.each([
    ['goes on while it is used', 14, 1, 200],
    ['ends after twelve idle hours', 1, 12, 401],
    ['ends after seven days all the same', 24 * 7, 1, 401],
  ])('%s', async (_, steps, hours, status) => {
    const cookie = cookieOf(await signIn('correct horse'))
    for (let i = 1; i < steps; i++) {
      t.context.now += hours * hourMs
      await me(cookie)
    }
    t.context.now += hours * hourMs
    expect((await me(cookie)).statusCode).toBe(status)
  })

  it.each(['', 'zongheng=', 'zongheng=garbage', 'zongheng=AAAA%3BAAAA', 'other=1'])(
    'is not made of %j',
    async (cookie) => {
      expect((await me(cookie)).statusCode).toBe(401)
    },
  )
})
