import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { browser, goodPassword, hourMs, minuteMs, newPerson, trail } from '../account/account-testing.ts'

let t: TestApp
beforeEach(async () => {
  t = await testApp({ trustProxy: true })
  await newPerson(t, 'liu')
})
afterEach(() => t.close())

/** Each time from another address, as far as a proxy says. */
let address = 0
const signIn = (
  username: string,
  password = goodPassword,
  from = `10.0.0.${(address = (address + 1) % 250)}`,
) =>
  t.anyone({
    method: 'POST',
    url: '/session',
    body: { username, password },
    headers: { 'x-forwarded-for': from },
  })
const outcome = async (...args: Parameters<typeof signIn>) => {
  const answer = await signIn(...args)
  const { code, detail } = answer.json()
  const wait = answer.headers['retry-after']
  return { status: answer.statusCode, code, detail, ...(wait === undefined ? {} : { wait }) }
}
async function fail(username: string, times: number) {
  for (let i = 0; i < times; i++) expect((await outcome(username, 'wrong')).status).toBe(401)
}
const failures = () =>
  t.context.db
    .selectFrom('users')
    .select(['failed_count', 'locked_until'])
    .where('username', '=', 'liu')
    .executeTakeFirst()
const lockedFor = (seconds: number) => ({
  status: 429,
  code: 'account-locked',
  wait: String(seconds),
  detail: `请 ${seconds > 120 ? `${seconds / 60} 分钟` : `${seconds} 秒`}后再试`,
})

describe.each([
  ['a user', 'liu'],
  ['a name that nobody has', 'nobody'],
])('%s who was guessed at, from wherever', (_, name) => {
  it('is locked after five failures, and twice as long after each further one', async () => {
    for (const waitMs of [minuteMs, 2 * minuteMs, 4 * minuteMs]) {
      await fail(name, waitMs === minuteMs ? 5 : 1)
      expect(await outcome(name)).toEqual(lockedFor(waitMs / 1000))
      t.context.now += waitMs - 1
      expect(await outcome(name)).toEqual(lockedFor(1))
      t.context.now += 1
    }
  })

  it('is locked for a day at most', async () => {
    await fail(name, 5)
    for (let i = 0; i < 12; i++) {
      t.context.now += 24 * hourMs
      await fail(name, 1)
    }
    expect(await outcome(name)).toEqual(lockedFor(24 * 3600))
  })

  it('has no more guesses when they come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => outcome(name, 'wrong')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ code }) => code === 'account-locked')).toHaveLength(15)
  })
})

describe('a locked account', () => {
  it('refuses even the right password, and takes it again once the time is over', async () => {
    await fail('liu', 5)
    expect((await outcome('liu')).code).toBe('account-locked')
    t.context.now += minuteMs
    expect((await outcome('liu')).status).toBe(201)
  })

  it('stays locked when the server starts anew', async () => {
    await fail('liu', 5)
    expect(await failures()).toEqual({ failed_count: 5, locked_until: t.context.now + minuteMs })
  })

  it('is forgiven by the right password', async () => {
    await fail('liu', 4)
    expect((await outcome('liu')).status).toBe(201)
    await fail('liu', 4)
    expect((await outcome('liu')).status).toBe(201)
  })

  it('locks as policy says', async () => {
    const officer = await t.as('security-admin')
    const policy = (await officer.inject({ url: '/policy' })).json()
    const lockout = { afterFailures: 3, minutes: 10 }
    await officer.inject({ method: 'PUT', url: '/policy', body: { ...policy, lockout } })
    await fail('liu', 3)
    expect(await outcome('liu')).toEqual(lockedFor(600))
  })
})

describe('one address', () => {
  it('waits for one name after five failures, even where accounts lock later', async () => {
    const officer = await t.as('security-admin')
    const policy = (await officer.inject({ url: '/policy' })).json()
    const lockout = { afterFailures: 20, minutes: 10 }
    await officer.inject({ method: 'PUT', url: '/policy', body: { ...policy, lockout } })
    for (let i = 0; i < 5; i++) expect((await signIn('liu', 'wrong', '10.1.1.1')).statusCode).toBe(401)
    expect((await signIn('liu', goodPassword, '10.1.1.1')).json().code).toBe('too-many-requests')
    const counted = await failures()
    for (let i = 0; i < 3; i++) await signIn('liu', goodPassword, '10.1.1.1')
    expect(await failures()).toEqual(counted) // what is not looked at says nothing of the account
    expect((await signIn('liu', goodPassword, '10.1.1.2')).statusCode).toBe(201)
  })
})

describe('the trail', () => {
  it('has one record a minute for an account and an address, with the count', async () => {
    const phone = browser(t)
    for (let i = 0; i < 8; i++) await phone.signIn('liu', 'wrong')
    t.context.now += minuteMs
    await phone.signIn('liu', 'wrong')
    const records = (await trail(t)).map(({ action, entity_name, after }) => ({
      action,
      entity_name,
      ...JSON.parse(after!),
    }))
    expect(records.filter(({ action }) => action === 'identity.sign-in-failed')).toMatchObject([
      { entity_name: 'liu 某', count: 1, address: '127.0.0.1', factor: 'password' },
      { entity_name: 'liu 某', count: 8 },
    ])
    expect(records.filter(({ action }) => action === 'identity.account-locked')).toMatchObject([
      { failures: 5, lockedUntil: t.context.now },
      { failures: 6, lockedUntil: t.context.now + 2 * minuteMs },
    ])
  })

  it('names the address of each failure, whoever failed when it was told, and leaves nothing untold', async () => {
    for (let i = 0; i < 3; i++) await signIn('liu', 'wrong', '10.1.1.1')
    t.context.now += minuteMs
    await signIn('nobody', 'wrong', '10.2.2.2')
    for (let i = 0; i < 2; i++) await signIn('liu', 'wrong', '10.1.1.1')
    await t.services.signInFailures.stop()
    const told = (await trail(t)).filter(({ action }) => action === 'identity.sign-in-failed')
    expect(
      told.map(({ address, after }) => [address, JSON.parse(after!).address, JSON.parse(after!).count]),
    ).toEqual([
      ['10.1.1.1', '10.1.1.1', 1],
      ['10.1.1.1', '10.1.1.1', 2],
      ['10.2.2.2', '10.2.2.2', 1],
      ['10.1.1.1', '10.1.1.1', 2],
    ])
  })

  it('does not write down a name that nobody has: it may be a password', async () => {
    await signIn('my Secret Password', 'x')
    const [record] = await trail(t)
    expect(record).toMatchObject({ action: 'identity.sign-in-failed', entity_type: null, actor_id: null })
    expect(JSON.stringify(record).toLowerCase()).not.toContain('my secret password')
  })
})
