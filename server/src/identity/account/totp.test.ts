import { generateSync } from 'otplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { browser, goodPassword, minuteMs, newPerson, trail, type Browser } from './account-testing.ts'

const stepMs = 30_000

let t: TestApp
let userId: string
let liu: Browser
beforeEach(async () => {
  t = await testApp()
  userId = await newPerson(t, 'liu', ['viewer'])
  liu = browser(t)
  await liu.signIn('liu')
})
afterEach(() => t.close())

const post = (url: string, body: object, who = liu) => who.inject({ method: 'POST', url, body })
const codeOf = (secret: string, atMs = t.context.now) =>
  generateSync({ secret, epoch: Math.floor(atMs / 1000) })
const wrongFor = (secret: string) => (codeOf(secret) === '000000' ? '111111' : '000000')

async function enrol(who = liu): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = (await post('/me/totp', { password: goodPassword }, who)).json()
  const answer = await post('/me/totp/confirm', { code: codeOf(secret) }, who)
  expect(answer.statusCode).toBe(200)
  t.context.now += 2 * stepMs
  return { secret, recoveryCodes: answer.json().recoveryCodes }
}
/** Signs in with a password, up to the code. */
async function half(): Promise<Browser> {
  const who = browser(t)
  expect((await who.signIn('liu')).json().stage).toBe('totp')
  return who
}
const send = (who: Browser, code: string) => post('/session/totp', { code }, who)

describe('enrolling', () => {
  it('offers a secret for the password, and counts once a code confirms it', async () => {
    expect((await post('/me/totp', { password: 'wrong' })).json().code).toBe('wrong-password')
    const offer = (await post('/me/totp', { password: goodPassword })).json()
    expect(offer.uri).toBe(`otpauth://totp/Zongheng:liu?secret=${offer.secret}&issuer=Zongheng`)
    expect((await browser(t).signIn('liu')).json().stage).toBe('open')
    const wrong = await post('/me/totp/confirm', { code: wrongFor(offer.secret) })
    expect(wrong.json().errors).toMatchObject([{ path: '/code', code: 'wrong-code' }])
    const { recoveryCodes } = (await post('/me/totp/confirm', { code: codeOf(offer.secret) })).json()
    expect(new Set(recoveryCodes).size).toBe(10)
    const { totp } = (await liu.inject({ url: '/me' })).json()
    expect(totp).toEqual({ enabledAt: t.context.now, recoveryCodesLeft: 10, isRequired: false })
    expect((await browser(t).signIn('liu')).json().stage).toBe('totp')
  })

  it('keeps neither secret nor codes to be read in the database or the trail', async () => {
    const { secret, recoveryCodes } = await enrol()
    const { db } = t.context
    const kept = JSON.stringify([
      await db.selectFrom('users').selectAll().execute(),
      await db.selectFrom('recovery_codes').selectAll().execute(),
      await trail(t),
    ])
    for (const text of [secret, ...recoveryCodes]) expect(kept).not.toContain(text)
    expect((await trail(t)).at(-1)!.action).toBe('identity.totp-enabled')
  })

  it('is not done twice', async () => {
    await enrol()
    expect((await post('/me/totp', { password: goodPassword })).json().code).toBe('totp-enabled')
  })
})

describe('signing in with a code', () => {
  it('opens another session than the one that waited', async () => {
    const { secret } = await enrol()
    const who = await half()
    const waiting = who.cookie()
    const answer = await send(who, codeOf(secret))
    expect(answer.json()).toMatchObject({ stage: 'open', roles: ['viewer'] })
    expect(who.cookie()).not.toBe(waiting)
    expect((await t.anyone({ url: '/session', headers: { cookie: waiting } })).statusCode).toBe(401)
    expect(JSON.parse((await trail(t)).at(-1)!.after!)).toEqual({ secondFactor: true })
  })

  it('is answered nothing else before', async () => {
    await enrol()
    const who = await half()
    expect((await who.inject({ url: '/session' })).json()).toMatchObject({ roles: [], permissions: ['identity.self'] }) // prettier-ignore
    for (const url of ['/links', '/me', '/me/tokens'])
      expect((await who.inject({ url })).json().code).toBe('second-factor-required')
    const change = { current: goodPassword, next: 'tulip-7-Bicycle' }
    expect((await who.inject({ method: 'PUT', url: '/me/password', body: change })).statusCode).toBe(403)
    expect(await t.app.sessionOfCookies(who.cookie())).toBeUndefined()
  })

  it.each([
    ['the step before', -stepMs, 200],
    ['the step after', stepMs, 200],
    ['two steps before', -2 * stepMs, 401],
    ['two steps after', 2 * stepMs, 401],
  ])('takes a code of %s: %i ms, %i', async (_, offsetMs, status) => {
    const { secret } = await enrol()
    t.context.now += 10 * stepMs
    expect((await send(await half(), codeOf(secret, t.context.now + offsetMs))).statusCode).toBe(status)
  })

  it('takes a code once', async () => {
    const { secret } = await enrol()
    const code = codeOf(secret)
    const [a, b] = [await half(), await half()]
    const both = await Promise.all([send(a, code), send(b, code)])
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401])
    expect((await send(await half(), code)).statusCode).toBe(401)
  })

  it('takes a recovery code once, however it is typed', async () => {
    const { recoveryCodes } = await enrol()
    const [code] = recoveryCodes
    const typed = ` ${code!.toUpperCase().replaceAll('-', ' ')} `
    expect((await send(await half(), typed)).statusCode).toBe(200)
    expect((await send(await half(), code!)).statusCode).toBe(401)
    expect((await liu.inject({ url: '/me' })).json().totp.recoveryCodesLeft).toBe(9)
  })

  it('has five minutes', async () => {
    const { secret } = await enrol()
    const who = await half()
    t.context.now += 5 * minuteMs
    expect((await send(who, codeOf(secret))).statusCode).toBe(401)
    expect((await who.inject({ url: '/session' })).statusCode).toBe(401)
  })

  it('locks the account when codes are guessed, though the password was right each time', async () => {
    const { secret } = await enrol()
    for (let i = 0; i < 5; i++) {
      const answer = await send(await half(), wrongFor(secret))
      expect([answer.statusCode, answer.json().code]).toEqual([401, 'wrong-code'])
    }
    expect((await browser(t).signIn('liu')).json().code).toBe('account-locked')
    t.context.now += minuteMs
    const who = await half()
    expect((await send(who, wrongFor(secret))).json().code).toBe('wrong-code')
    expect((await send(who, codeOf(secret))).json().code).toBe('account-locked')
  })

  it('gives one session five codes at most', async () => {
    const { secret } = await enrol()
    const officer = await t.as('security-admin')
    const policy = (await officer.inject({ url: '/policy' })).json()
    const lockout = { afterFailures: 20, minutes: 1 }
    await officer.inject({ method: 'PUT', url: '/policy', body: { ...policy, lockout } })
    const who = await half()
    for (let i = 0; i < 5; i++) expect((await send(who, wrongFor(secret))).json().code).toBe('wrong-code')
    expect((await send(who, codeOf(secret))).json().code).toBe('unauthenticated')
  })
})

describe('giving it up', () => {
  it('needs the password', async () => {
    await enrol()
    expect((await post('/me/totp/remove', { password: 'wrong' })).statusCode).toBe(422)
    expect((await post('/me/totp/remove', { password: goodPassword })).statusCode).toBe(204)
    expect((await browser(t).signIn('liu')).json().stage).toBe('open')
    expect((await trail(t)).map(({ action }) => action)).toContain('identity.totp-disabled')
  })

  it('is done by the security officer for whoever lost it, within the region', async () => {
    await enrol()
    const remove = { method: 'DELETE', url: `/users/${userId}/totp` }
    expect((await (await t.as('security-admin', '130200')).inject(remove)).statusCode).toBe(404)
    expect((await (await t.as('security-admin', '130100')).inject(remove)).statusCode).toBe(204)
    expect((await browser(t).signIn('liu')).json().stage).toBe('open')
  })

  it('is not done by an officer to themselves, nor to whoever’s rights reach beyond theirs', async () => {
    const officer = await t.as('security-admin', '130100')
    const remove = (id: string) => officer.inject({ method: 'DELETE', url: `/users/${id}/totp` })
    expect((await remove(officer.userId)).json().code).toBe('not-yourself')
    const regionId = t.regions.get('130000')!
    const stamps = { created_at: 1, updated_at: 1 }
    const grant = {
      id: 'grt_1',
      user_id: userId,
      team_id: null,
      role: 'viewer',
      region_id: regionId,
      ...stamps,
    }
    await t.context.db.insertInto('grants').values(grant).execute()
    expect((await remove(userId)).json().code).toBe('reaches-further')
  })

  it('gives new recovery codes for the password, and the old ones are worth nothing', async () => {
    const old = await enrol()
    const answer = await post('/me/recovery-codes', { password: goodPassword })
    expect((await send(await half(), old.recoveryCodes[0]!)).statusCode).toBe(401)
    expect((await send(await half(), answer.json().recoveryCodes[0]!)).statusCode).toBe(200)
  })
})

describe('a role that needs it', () => {
  beforeEach(async () => {
    const officer = await t.as('security-admin')
    const policy = (await officer.inject({ url: '/policy' })).json()
    await officer.inject({ method: 'PUT', url: '/policy', body: { ...policy, totpRoles: ['viewer'] } })
  })

  it('is answered nothing but one’s own account until there is one', async () => {
    expect((await liu.inject({ url: '/session' })).json()).toMatchObject({
      stage: 'open',
      mustEnrolTotp: true,
    })
    expect((await liu.inject({ url: '/links' })).json().code).toBe('second-factor-required')
    expect(await t.app.sessionOfCookies(liu.cookie())).toBeUndefined()
    expect((await liu.inject({ url: '/me' })).json().totp.isRequired).toBe(true)
    await enrol()
    expect((await liu.inject({ url: '/links' })).statusCode).toBe(200)
  })

  it('says nothing of others', async () => {
    await newPerson(t, 'wang', ['requester'])
    expect((await browser(t).signIn('wang')).json()).toMatchObject({ mustEnrolTotp: false })
  })
})
