import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import {
  browser,
  dayMs,
  goodPassword,
  minuteMs,
  newPerson,
  trail,
  type Browser,
} from '../account/account-testing.ts'
import { freshPassword } from './password.ts'
import type { Policy } from '../policy/policy-schema.ts'

let t: TestApp
let userId: string
let liu: Browser
beforeEach(async () => {
  t = await testApp()
  userId = await newPerson(t, 'liu')
  liu = browser(t)
})
afterEach(() => t.close())

const change = (next: string, current = goodPassword, who = liu) =>
  who.inject({ method: 'PUT', url: '/me/password', body: { current, next } })
const stage = async (who = liu) => (await who.inject({ url: '/session' })).json().stage
const setRules = async (rules: Partial<Policy['password']>) => {
  const officer = await t.as('security-admin')
  const policy = (await officer.inject({ url: '/policy' })).json<Policy>()
  const password = { ...policy.password, ...rules }
  await officer.inject({ method: 'PUT', url: '/policy', body: { ...policy, password } })
}
const reset = async () => {
  const fresh = await freshPassword()
  return t.context.db.transaction().execute((tx) => t.services.passwords.reset(tx, userId, fresh))
}

describe('changing one’s password', () => {
  it('ends all other sessions, keeps this one, and is recorded without it', async () => {
    const phone = browser(t)
    await phone.signIn('liu')
    await liu.signIn('liu')
    expect((await change('tulip-7-Bicycle')).statusCode).toBe(204)
    expect(await stage()).toBe('open')
    expect((await phone.inject({ url: '/session' })).statusCode).toBe(401)
    expect((await browser(t).signIn('liu')).statusCode).toBe(401)
    expect((await browser(t).signIn('liu', 'tulip-7-Bicycle')).statusCode).toBe(201)
    const record = (await trail(t)).find(({ action }) => action === 'identity.password-changed')
    expect(record).toMatchObject({ actor_id: userId, entity_id: userId })
    expect(JSON.stringify(record)).not.toContain('tulip')
  })

  it.each([
    ['short1A', 'too-short'],
    ['my-liu-Horse-7', 'contains-name'],
    [goodPassword, 'used-before'],
  ])('is refused to %s', async (next, code) => {
    await liu.signIn('liu')
    const answer = await change(next)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().errors).toMatchObject([{ path: '/next', code }])
  })

  it('needs the present one, and counts who guesses at it', async () => {
    await liu.signIn('liu')
    for (let i = 0; i < 5; i++) {
      const answer = await change('tulip-7-Bicycle', 'wrong')
      expect(answer.statusCode).toBe(422)
      expect(answer.json()).toMatchObject({ code: 'wrong-password', errors: [{ path: '/current' }] })
    }
    expect((await change('tulip-7-Bicycle')).json().code).toBe('account-locked')
    expect(await stage()).toBe('open')
  })

  it('does not let an earlier one come back, as many as policy remembers', async () => {
    await setRules({ history: 2 })
    await liu.signIn('liu')
    const passwords = [goodPassword, 'tulip-7-Bicycle', 'river-8-Lantern', 'cloud-9-Harbour']
    for (let i = 1; i < passwords.length; i++) {
      t.context.now += minuteMs
      expect((await change(passwords[i]!, passwords[i - 1])).statusCode).toBe(204)
    }
    const again = (i: number) => change(passwords[i]!, passwords[3])
    expect((await again(2)).statusCode).toBe(400)
    expect((await again(1)).statusCode).toBe(400)
    expect((await again(0)).statusCode).toBe(204)
  })
})

describe('a password that someone else set', () => {
  it('has to be changed before anything else is answered, and the session gets a new id then', async () => {
    const password = await reset()
    expect((await liu.signIn('liu', password)).json()).toMatchObject({
      stage: 'password',
      roles: [],
      regions: [],
      passwordRules: { minLength: 10, minKinds: 3 },
    })
    const staged = liu.cookie()
    for (const url of ['/regions', '/me', '/me/sessions']) {
      const answer = await liu.inject({ url })
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'password-change-required'])
    }
    expect(await t.app.sessionOfCookies(staged)).toBeUndefined()
    expect((await change('tulip-7-Bicycle', password)).statusCode).toBe(204)
    expect(await stage()).toBe('open')
    expect(liu.cookie()).not.toBe(staged)
    expect((await t.anyone({ url: '/session', headers: { cookie: staged } })).statusCode).toBe(401)
    expect((await liu.inject({ url: '/regions' })).statusCode).toBe(200)
  })

  it('ends the sessions there were, and unlocks the account', async () => {
    await liu.signIn('liu')
    for (let i = 0; i < 5; i++) await browser(t).signIn('liu', 'wrong')
    const password = await reset()
    expect((await liu.inject({ url: '/session' })).statusCode).toBe(401)
    t.context.now += 10_000 // the address waits, whoever's name it is
    expect((await liu.signIn('liu', password)).statusCode).toBe(201)
  })

  it('is not kept as it is', async () => {
    const password = await reset()
    await liu.signIn('liu', password)
    expect((await change(password, password)).json().errors[0].code).toBe('used-before')
  })
})

describe('an old password', () => {
  it('has to be changed once it is older than policy lets it be', async () => {
    await setRules({ maxAgeDays: 90 })
    await liu.signIn('liu')
    const { passwordExpiresAt } = (await liu.inject({ url: '/me' })).json()
    expect(passwordExpiresAt).toBe(t.context.now + 90 * dayMs)
    t.context.now += 90 * dayMs
    expect((await liu.signIn('liu')).json().stage).toBe('password')
    await change('tulip-7-Bicycle')
    expect((await liu.signIn('liu', 'tulip-7-Bicycle')).json().stage).toBe('open')
  })
})
