import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { trail } from '../account/account-testing.ts'
import { defaultPolicy } from './policy.ts'
import type { Policy } from './policy-schema.ts'

let t: TestApp
beforeEach(async () => void (t = await testApp()))
afterEach(() => t.close())

type Someone = Awaited<ReturnType<TestApp['as']>>
const put = ({ inject }: Someone, policy: unknown) => inject({ method: 'PUT', url: '/policy', body: policy })
const stricter: Policy = {
  ...defaultPolicy,
  password: { ...defaultPolicy.password, minLength: 12 },
  tokenMaxDays: 90,
  totpRoles: ['network-admin'],
}

describe('the policy', () => {
  it('has its defaults until it is decided', async () => {
    const officer = await t.as('security-admin')
    expect((await officer.inject({ url: '/policy' })).json()).toEqual({
      password: { minLength: 10, minKinds: 3, history: 5, maxAgeDays: 0 },
      lockout: { afterFailures: 5, minutes: 1 },
      session: { idleMinutes: 480, lifetimeHours: 168 },
      totpRoles: [],
      tokenMaxDays: 365,
      auditKeepDays: 365,
    })
  })

  it('is what the security officer of the whole installation decides, and the trail says what changed', async () => {
    const officer = await t.as('security-admin')
    expect((await put(officer, stricter)).statusCode).toBe(200)
    expect((await officer.inject({ url: '/policy' })).json()).toEqual(stricter)
    const record = (await trail(t)).at(-1)!
    expect(record).toMatchObject({ action: 'identity.policy-changed', actor_id: officer.userId })
    const password = { ...defaultPolicy.password }
    expect(JSON.parse(record.before!)).toEqual({ password, totpRoles: [], tokenMaxDays: 365 })
    expect(JSON.parse(record.after!)).toMatchObject({ password: { minLength: 12 }, tokenMaxDays: 90 })
  })

  it('is not a lower tier’s to decide', async () => {
    const officer = await t.as('security-admin', '130100')
    expect((await officer.inject({ url: '/policy' })).statusCode).toBe(200)
    expect((await put(officer, stricter)).statusCode).toBe(403)
    expect(await t.services.policy.get()).toEqual(defaultPolicy)
  })

  it.each(['system-admin', 'audit-admin', 'network-admin'] as const)('is not shown to a %s', async (role) => {
    expect((await (await t.as(role)).inject({ url: '/policy' })).statusCode).toBe(403)
  })

  it.each([
    ['records kept for less than six months', { auditKeepDays: 182 }],
    ['passwords of seven characters', { password: { ...stricter.password, minLength: 7 } }],
    ['accounts that never lock', { lockout: { afterFailures: 0, minutes: 1 } }],
    ['sessions without end', { session: { idleMinutes: 0, lifetimeHours: 1 } }],
  ])('does not allow %s', async (_, changes) => {
    const officer = await t.as('security-admin')
    expect((await put(officer, { ...stricter, ...changes })).statusCode).toBe(400)
  })

  it('ends sessions that are older than it lets them be from now on', async () => {
    const officer = await t.as('security-admin')
    const someone = await t.as('viewer')
    t.context.now += 2 * 3_600_000
    await put(officer, { ...stricter, session: { idleMinutes: 60, lifetimeHours: 1 } })
    expect((await someone.inject({ url: '/session' })).statusCode).toBe(401)
  })
})
