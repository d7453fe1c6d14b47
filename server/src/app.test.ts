import { afterAll, beforeAll, expect, it } from 'vitest'
import { testApp, type TestApp } from './testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

it('tells its health to anyone', async () => {
  const answer = await t.anyone({ url: '/api/health' })
  expect(answer.json()).toMatchObject({ status: 'ok' })
})
it('signs in', async () => {
  const admin = await t.as('network-admin')
  const me = await admin.inject({ url: '/session' })
  expect(me.json()).toMatchObject({ roles: ['network-admin'] })
  expect((await admin.inject({ url: '/regions' })).json().items).toHaveLength(6)
  const county = await t.as('engineer', '130123')
  expect((await county.inject({ url: '/regions' })).json().items).toHaveLength(1)
})
