import { afterEach, beforeEach, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { trail } from './account-testing.ts'

let t: TestApp
beforeEach(async () => void (t = await testApp()))
afterEach(() => t.close())

it('tells people what they may do where, and why, though they may not see the grants of others', async () => {
  const agent = await t.as('agent', '130100')
  const me = (await agent.inject({ url: '/me' })).json()
  expect(me.grants).toMatchObject([
    { role: 'agent', region: { name: '石家庄市' }, team: null, expiresAt: null },
  ])
  expect((await agent.inject({ url: `/users/${agent.userId}` })).json().grants).toEqual([])
})

it('lets people say how they are reached, and nothing else of themselves', async () => {
  const agent = await t.as('agent', '130100')
  const row = () =>
    t.context.db.selectFrom('users').selectAll().where('id', '=', agent.userId).executeTakeFirstOrThrow()
  const before = await row()
  const foreign = {
    username: 'root',
    displayName: 'x',
    password_hash: 'x',
    region_id: 'x',
    must_change_password: 1,
  }
  const body = { phone: '0311-8600 0000', ...foreign }
  const answer = await agent.inject({ method: 'PATCH', url: '/me', body })
  expect(answer.json()).toMatchObject({ phone: '0311-8600 0000', email: null })
  const told = { phone: '0311-8600 0000', phone_key: expect.any(String), updated_at: t.context.now }
  expect(await row()).toEqual({ ...before, ...told })
  const [record] = (await trail(t)).slice(-1)
  expect(record).toMatchObject({ action: 'identity.user-changed', actor_id: agent.userId })
  expect(JSON.parse(record!.after!)).toEqual({ phone: '0311-8600 0000' })
  const wrong = await agent.inject({ method: 'PATCH', url: '/me', body: { email: 'no address' } })
  expect(wrong.statusCode).toBe(400)
})
