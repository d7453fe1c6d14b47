import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import { browser, newPerson, trail, type Browser } from '../account/account-testing.ts'

let t: TestApp
let userId: string
let officer: Browser
beforeEach(async () => {
  t = await testApp()
  userId = await newPerson(t, 'liu', ['engineer'])
  await newPerson(t, 'limin', ['security-admin'], '130100')
  officer = browser(t)
  await officer.signIn('limin')
})
afterEach(() => t.close())

const viewAs = (id: string, reason = '用户说看不到链路') =>
  officer.inject({ method: 'POST', url: '/session/view-as', body: { userId: id, reason } })
const me = async () => (await officer.inject({ url: '/session' })).json()
const refusal = async (method: string, url: string, body?: unknown) => {
  const answer = await officer.inject({ method, url, body })
  return `${answer.statusCode} ${answer.json().code}`
}

describe('viewing as a user', () => {
  it('shows what they see where they see it, in the officer’s own session', async () => {
    expect((await officer.inject({ url: '/links' })).statusCode).toBe(403)
    const answer = await viewAs(userId)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      user: { username: 'limin' },
      viewingAs: { id: userId, name: 'liu 某' },
      roles: ['engineer'],
      regions: [{ name: '正定县' }],
    })
    expect((await officer.inject({ url: '/links' })).statusCode).toBe(200)
    const { items } = (await officer.inject({ url: '/regions' })).json()
    expect(items).toMatchObject([{ name: '正定县' }])
  })

  it('only looks', async () => {
    await viewAs(userId)
    const { permissions } = await me()
    expect(permissions).toContain('desk.read')
    for (const permission of ['desk.write', 'automation.run', 'audit.read', 'identity.policy'])
      expect(permissions).not.toContain(permission)
    for (const [method, url] of [
      ['POST', '/tickets'],
      ['POST', '/session/view-as'],
      ['PUT', '/policy'],
      ['GET', '/me'],
      ['PUT', '/me/password'],
      ['POST', '/me/tokens'],
      ['DELETE', '/me/sessions'],
    ] as const)
      expect(await refusal(method, url, method === 'GET' ? undefined : {}), `${method} ${url}`).toBe(
        '403 view-as-reads-only',
      )
  })

  it('ends when the officer says so, or signs out', async () => {
    await viewAs(userId)
    const answer = await officer.inject({ method: 'DELETE', url: '/session/view-as' })
    expect(answer.json()).toMatchObject({ viewingAs: null, roles: ['security-admin'] })
    await viewAs(userId)
    expect((await officer.inject({ method: 'DELETE', url: '/session' })).statusCode).toBe(204)
  })

  it('is in the trail, from when to when, by whom and why', async () => {
    await viewAs(userId)
    await officer.inject({ method: 'DELETE', url: '/session/view-as' })
    const records = (await trail(t)).filter(({ action }) => action.startsWith('identity.view-as'))
    expect(records).toMatchObject([
      {
        action: 'identity.view-as-started',
        actor_name: 'limin 某',
        entity_id: userId,
        reason: '用户说看不到链路',
      },
      { action: 'identity.view-as-ended', actor_name: 'limin 某', entity_id: userId },
    ])
  })

  it('tells the officer’s sockets, which then follow the user’s regions', async () => {
    const changed: string[] = []
    t.context.bus.on('session.changed', ({ sessionId }) => changed.push(sessionId))
    await viewAs(userId)
    const seen = await t.app.sessionOfCookies(officer.cookie())
    expect(seen!.viewer).toMatchObject({ userId, grants: [{ regionId: t.regions.get('130123') }] })
    expect(changed).toEqual([seen!.viewer.sessionId])
  })
})

describe('nobody views as', () => {
  it.each([
    ['someone of another region', ['engineer'], '130224'],
    ['someone whose rights reach beyond', ['engineer'], '130000'],
    ['another officer', ['system-admin'], '130123'],
    ['the audit officer', ['audit-admin'], '130100'],
  ] as const)('%s', async (_, roles, code) => {
    const id = await newPerson(t, 'other', [...roles], code)
    expect((await viewAs(id)).statusCode).toBe(404)
    expect((await me()).viewingAs).toBeNull()
  })

  it('themselves, or nobody', async () => {
    expect((await viewAs((await me()).user.id)).statusCode).toBe(404)
    expect((await viewAs('usr_0')).statusCode).toBe(404)
  })

  it('someone who was disabled', async () => {
    await t.context.db.updateTable('users').set({ disabled_at: 1 }).where('id', '=', userId).execute()
    expect((await viewAs(userId)).statusCode).toBe(404)
  })

  it('anyone without the right to', async () => {
    const admin = await t.as('network-admin')
    const body = { userId, reason: 'x' }
    const answer = await admin.inject({ method: 'POST', url: '/session/view-as', body })
    expect(answer.statusCode).toBe(403)
  })

  it('anyone any longer, once the user’s rights reach beyond the officer’s', async () => {
    await viewAs(userId)
    const regionId = t.regions.get('130000')!
    const grant = { id: 'grt_1', user_id: userId, team_id: null, role: 'viewer', region_id: regionId, created_at: 1, updated_at: 1 } // prettier-ignore
    await t.context.db.insertInto('grants').values(grant).execute()
    expect(await me()).toMatchObject({ viewingAs: null, roles: ['security-admin'] })
  })
})
