/**
 * The attacker has a cookie: one that was stolen, one that was planted in the victim's browser, one of another installation.
 * Wants to be the victim with it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browser, goodPassword, newPerson, type Browser } from '../../identity/account/account-testing.ts'
import { testApp, type TestApp } from '../../testing.ts'

let t: TestApp
let userId: string
beforeAll(async () => {
  t = await testApp()
  userId = await newPerson(t, 'liu', ['viewer'])
})
afterAll(() => t.close())

const statusWith = async (cookie: string) =>
  (await t.anyone({ url: '/session', headers: { cookie } })).statusCode

async function signedIn(): Promise<Browser> {
  const someone = browser(t)
  expect((await someone.signIn('liu')).statusCode).toBe(201)
  return someone
}

describe('a stolen cookie', () => {
  it.each<[string, (victim: Browser) => Promise<unknown>]>([
    ['its owner signed out', (victim) => victim.inject({ method: 'DELETE', url: '/session' })],
    [
      'its owner signed out everywhere else',
      async () => (await signedIn()).inject({ method: 'DELETE', url: '/me/sessions' }),
    ],
    ['the session was revoked', () => t.services.sessions.revokeAll(userId)],
    [
      'the owner changed the password on another machine, and back',
      async () => {
        const other = await signedIn()
        const change = (current: string, next: string) =>
          other.inject({ method: 'PUT', url: '/me/password', body: { current, next } })
        expect((await change(goodPassword, 'tulip-7-Bicycle')).statusCode).toBe(204)
        await t.context.db.deleteFrom('password_history').execute()
        expect((await change('tulip-7-Bicycle', goodPassword)).statusCode).toBe(204)
      },
    ],
    ['a month has passed', async () => void (t.context.now += 31 * 86_400_000)],
  ])('opens nothing once %s', async (_, end) => {
    const victim = await signedIn()
    const stolen = victim.cookie()
    expect(await statusWith(stolen)).toBe(200)
    await end(victim)
    expect(await statusWith(stolen)).toBe(401)
  })

  it('of the time before a sign-in through it is not the one after: the id is new', async () => {
    const first = await signedIn()
    const before = first.cookie()
    await first.signIn('liu')
    expect(first.cookie()).not.toBe(before)
    await first.inject({ method: 'DELETE', url: '/session' })
    expect(await statusWith(first.cookie())).toBe(401)
  })
})

describe('a planted cookie', () => {
  it('does not become the victim’s session', async () => {
    const planted = (await signedIn()).cookie()
    const other = await newPerson(t, `victim-${t.context.now}`, ['viewer'])
    const victim = await t.anyone({
      method: 'POST',
      url: '/session',
      body: { username: `victim-${t.context.now}`, password: goodPassword },
      headers: { cookie: planted },
    })
    expect(victim.json().user.id).toBe(other)
    const seen = (await t.anyone({ url: '/session', headers: { cookie: planted } })).json()
    expect(seen.user.id).toBe(userId)
  })

  it.each(['zongheng=ses_00000000000000000', 'zongheng=; zongheng=x', 'zongheng=a;b', `zongheng=${'A'.repeat(8000)}`])(
    'that nobody sealed opens nothing: %.30s', async (cookie) => expect(await statusWith(cookie)).toBe(401),
  ) // prettier-ignore

  it('of which a single character was changed opens nothing', async () => {
    const cookie = (await signedIn()).cookie()
    const at = cookie.length - 12
    const flipped = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1)
    expect(await statusWith(flipped)).toBe(401)
  })
})

it('a cookie of another installation opens nothing, even for an id that is here', async () => {
  const other = await testApp()
  const { id } = await t.context.db.selectFrom('sessions').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow() // prettier-ignore
  const sealed = other.app.encodeSecureSession(other.app.createSecureSession({ id }))
  expect(await statusWith(`zongheng=${encodeURIComponent(sealed)}`)).toBe(401)
  await other.close()
})

it('a cookie is out of a script’s reach, and is sent to nobody else', async () => {
  const someone = await t.as('viewer')
  expect(someone.cookie).toMatch(/HttpOnly/i)
  expect(someone.cookie).toMatch(/SameSite=Lax/i)
  expect(someone.cookie).not.toMatch(/Domain=/i)
})

it.each(['token', 'access_token', 'Token', 'ACCESS_TOKEN'])('a secret in an address is refused: ?%s=', async (name) => {
  const someone = await t.as('viewer')
  const answer = await someone.inject({ url: `/devices?${name}=x` })
  expect(answer.json()).toMatchObject({ status: 400, code: 'token-in-url' })
}) // prettier-ignore
