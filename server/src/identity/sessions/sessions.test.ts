import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { accountByName } from '../account/account-store.ts'
import { freshPassword } from '../passwords/password.ts'
import {
  browser,
  goodPassword,
  hourMs,
  minuteMs,
  newPerson,
  trail,
  type Browser,
} from '../account/account-testing.ts'

let t: TestApp
let liu: Browser
beforeEach(async () => {
  t = await testApp()
  await newPerson(t, 'Liu')
  liu = browser(t)
})
afterEach(() => t.close())

const me = (cookie: string) => t.anyone({ url: '/session', headers: { cookie } })
const revokedSessions = () => {
  const revoked: string[] = []
  t.context.bus.on('session.revoked', ({ sessionId }) => revoked.push(sessionId))
  return revoked
}

describe('what was ended meanwhile', () => {
  const client = { address: '127.0.0.1', userAgent: '' }
  const liuAccount = async () => (await accountByName(t.context.db, 'liu'))!

  it('opens nothing: a password that was reset while it was looked at', async () => {
    const shown = await liuAccount()
    const { sessions, passwords } = t.services
    const fresh = await freshPassword()
    await t.context.db.transaction().execute((tx) => passwords.reset(tx, shown.id, fresh))
    await expect(sessions.open(shown.id, client, shown)).rejects.toMatchObject({ status: 401 })
    expect(await sessions.list(shown.id)).toEqual([])
  })

  it('goes on under no other id: half a sign-in that was ended', async () => {
    const { id } = await liuAccount()
    const { sessions } = t.services
    await t.context.db.updateTable('users').set({ must_change_password: 1 }).where('id', '=', id).execute()
    const half = (await sessions.find(await sessions.open(id, client)))!
    expect(half.stage).toBe('password')
    await sessions.revokeAll(id)
    await expect(sessions.advance(half)).rejects.toMatchObject({ status: 401 })
    const twice = (await sessions.find(await sessions.open(id, client)))!
    await sessions.advance(twice)
    await expect(sessions.advance(twice)).rejects.toMatchObject({ status: 401 })
  })
})

describe('signing in', () => {
  it('tells who one is, and sets a cookie that scripts and other sites cannot use', async () => {
    const answer = await liu.signIn(' LIU ')
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({
      user: { username: 'liu', displayName: 'Liu 某' },
      stage: 'open',
      mustEnrolTotp: false,
      roles: ['requester'],
      regions: [{ name: '正定县', tier: 'county' }],
      viewingAs: null,
      demo: false,
      signedInAt: t.context.now,
    })
    expect(String(answer.headers['set-cookie'])).toMatch(/^zongheng=.+HttpOnly; SameSite=Lax$/)
    expect((await me(liu.cookie())).statusCode).toBe(200)
  })

  it.each([
    ['a wrong password', 'liu', 'wrong'],
    ['an unknown user', 'nobody', goodPassword],
    ['no password', 'liu', ' '],
  ])('is refused with %s, and does not say which', async (_, username, password) => {
    const answer = await liu.signIn(username, password)
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toMatchObject({ code: 'wrong-credentials', title: '用户名或密码不正确' })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('has a session of its own each time: one that was set before is worth nothing', async () => {
    await liu.signIn('liu')
    const first = liu.cookie()
    await newPerson(t, 'thief')
    const thief = browser(t)
    await thief.signIn('thief')
    const planted = thief.cookie()
    const victim = await t.anyone({
      method: 'POST',
      url: '/session',
      body: { username: 'liu', password: goodPassword },
      headers: { cookie: planted },
    })
    const own = String(victim.headers['set-cookie']).split(';')[0]!
    expect(new Set([first, planted, own]).size).toBe(3)
    expect((await me(planted)).json().user.username).toBe('thief')
    expect((await me(own)).json().user.username).toBe('liu')
  })

  it('sets a cookie that only https carries, and only this host can set, where people come by https', async () => {
    const secure = await testApp({ publicOrigin: 'https://net.example.gov.cn' })
    await newPerson(secure, 'liu')
    const answer = await browser(secure).signIn('liu')
    await secure.close()
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-zongheng=.+; Path=\/; HttpOnly; Secure/)
  })

  it('sets a cookie that only https carries behind a proxy that is believed to speak it', async () => {
    const proxied = await testApp({ trustProxy: true })
    await newPerson(proxied, 'liu')
    const setCookie = async (protocol: string) => {
      const answer = await browser(proxied, { 'x-forwarded-proto': protocol }).signIn('liu')
      return String(answer.headers['set-cookie'])
    }
    expect(await setCookie('https')).toContain('; Secure')
    expect(await setCookie('http')).not.toContain('; Secure')
    await proxied.close()
    const answer = await browser(t, { 'x-forwarded-proto': 'https' }).signIn('liu')
    expect(String(answer.headers['set-cookie'])).not.toContain('; Secure')
  })

  it('is in the trail, and so is signing out, with who and from where', async () => {
    await liu.signIn('liu')
    await liu.inject({ method: 'DELETE', url: '/session' })
    const records = await trail(t)
    expect(records.map(({ action, actor_name, address }) => [action, actor_name, address])).toEqual([
      ['identity.signed-in', 'Liu 某', '127.0.0.1'],
      ['identity.signed-out', 'Liu 某', '127.0.0.1'],
    ])
  })
})

describe('a session', () => {
  it('ends when it is signed out, for every holder of its cookie, and tells its sockets', async () => {
    const revoked = revokedSessions()
    await liu.signIn('liu')
    const stolen = liu.cookie()
    expect((await liu.inject({ method: 'DELETE', url: '/session' })).statusCode).toBe(204)
    expect((await me(stolen)).statusCode).toBe(401)
    expect(revoked).toHaveLength(1)
  })

  it.each([
    ['goes on while it is used', 14, 1, 200],
    ['ends after eight idle hours', 1, 8, 401],
    ['ends after seven days all the same', 24 * 7, 1, 401],
  ])('%s', async (_, steps, hours, status) => {
    await liu.signIn('liu')
    for (let i = 1; i < steps; i++) {
      t.context.now += hours * hourMs
      await me(liu.cookie())
    }
    t.context.now += hours * hourMs
    expect((await me(liu.cookie())).statusCode).toBe(status)
  })

  it('does not go on for being looked at by the server itself', async () => {
    await liu.signIn('liu')
    for (let i = 0; i < 8; i++) {
      t.context.now += hourMs
      await t.app.sessionOfCookies(liu.cookie(), false)
    }
    expect((await me(liu.cookie())).statusCode).toBe(401)
  })

  it.each(['', 'zongheng=', 'zongheng=garbage', 'zongheng=AAAA%3BAAAA', 'other=1'])(
    'is not made of %j',
    async (cookie) => {
      expect((await me(cookie)).statusCode).toBe(401)
    },
  )

  it('ends when its user is disabled', async () => {
    const userId = await newPerson(t, 'wang')
    await liu.signIn('wang')
    await t.context.db.updateTable('users').set({ disabled_at: 1 }).where('id', '=', userId).execute()
    expect((await me(liu.cookie())).statusCode).toBe(401)
  })

  it('loses a right as soon as it is taken', async () => {
    const userId = await newPerson(t, 'wang', ['viewer'])
    await liu.signIn('wang')
    expect((await liu.inject({ url: '/links' })).statusCode).toBe(200)
    await t.context.db.deleteFrom('grants').where('user_id', '=', userId).execute()
    expect((await liu.inject({ url: '/links' })).statusCode).toBe(403)
  })
})

describe('one’s sessions', () => {
  let phone: Browser
  beforeEach(async () => {
    phone = browser(t, { 'user-agent': 'Phone/1' })
    await liu.signIn('liu')
    t.context.now += minuteMs
    await phone.signIn('liu')
  })
  const list = async (who: Browser) => (await who.inject({ url: '/me/sessions' })).json().items

  it('are listed, the newest first, and which of them asks', async () => {
    expect(await list(phone)).toMatchObject([
      { isCurrent: true, userAgent: 'Phone/1', address: '127.0.0.1', signedInAt: t.context.now },
      { isCurrent: false, signedInAt: t.context.now - minuteMs },
    ])
  })

  it('can be ended one by one', async () => {
    const revoked = revokedSessions()
    const [, other] = await list(phone)
    const url = `/me/sessions/${other.id}`
    expect((await phone.inject({ method: 'DELETE', url })).statusCode).toBe(204)
    expect((await me(liu.cookie())).statusCode).toBe(401)
    expect(revoked).toEqual([other.id])
    expect((await phone.inject({ method: 'DELETE', url })).statusCode).toBe(404)
    expect((await trail(t)).at(-1)).toMatchObject({ action: 'identity.session-revoked' })
  })

  it('can be ended all but this one', async () => {
    expect((await phone.inject({ method: 'DELETE', url: '/me/sessions' })).statusCode).toBe(204)
    expect((await me(liu.cookie())).statusCode).toBe(401)
    expect((await me(phone.cookie())).statusCode).toBe(200)
  })

  it('are not another’s to end', async () => {
    const [mine] = await list(phone)
    await newPerson(t, 'wang')
    const wang = browser(t)
    await wang.signIn('wang')
    const answer = await wang.inject({ method: 'DELETE', url: `/me/sessions/${mine.id}` })
    expect(answer.statusCode).toBe(404)
    expect((await me(phone.cookie())).statusCode).toBe(200)
  })

  it('can be ended by the security officer of the region, not by another region’s', async () => {
    const { id } = (await me(liu.cookie())).json().user
    const elsewhere = await t.as('security-admin', '130200')
    const url = `/users/${id}/sessions`
    expect((await elsewhere.inject({ url })).statusCode).toBe(404)
    expect((await elsewhere.inject({ method: 'DELETE', url })).statusCode).toBe(404)
    const officer = await t.as('security-admin', '130100')
    expect((await officer.inject({ url })).json().items).toHaveLength(2)
    expect((await officer.inject({ method: 'DELETE', url })).statusCode).toBe(204)
    expect((await me(liu.cookie())).statusCode).toBe(401)
    expect((await me(phone.cookie())).statusCode).toBe(401)
  })
})
