import { afterEach, beforeEach, expect, it } from 'vitest'
import { testApp, type TestApp } from '../testing.ts'

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
