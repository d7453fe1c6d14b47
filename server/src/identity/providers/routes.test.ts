import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import type { IdentityProvider } from './schema.ts'

let t: TestApp
let officer: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  t = await testApp({ publicOrigin: 'https://zongheng.example.gov.cn' })
  officer = await t.as('security-admin')
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!
const secret = 'bind-secret-of-the-tests'
const ldap = (more: object = {}) => ({
  kind: 'ldap',
  name: '目录',
  secret,
  settings: {
    url: 'ldaps://ldap.example.gov.cn',
    bindDn: 'cn=reader,dc=example,dc=cn',
    baseDn: 'dc=example,dc=cn',
    userFilter: '(uid={username})',
    attributes: {},
    defaultRegionId: region('130100'),
    groups: [],
    ...more,
  },
})
const oidc = (more: object = {}) => ({
  kind: 'oidc',
  name: '统一认证',
  settings: {
    issuer: 'https://sso.example.gov.cn/realms/a',
    clientId: 'zongheng',
    claims: {},
    defaultRegionId: region('130100'),
    groups: [],
    ...more,
  },
})
const create = (body: object, by = officer) => by.inject({ method: 'POST', url: '/identity-providers', body })
const change = (id: string, body: object) =>
  officer.inject({ method: 'PATCH', url: `/identity-providers/${id}`, body })
const created = async (body: object) => {
  const answer = await create(body)
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<IdentityProvider>()
}
const placesOf = (answer: { json: () => { errors?: { path: string; code: string }[] } }) =>
  (answer.json().errors ?? []).map(({ path, code }) => `${path} ${code}`)

describe('a provider', () => {
  it('is filled with what is usual', async () => {
    const provider = await created(ldap())
    expect(provider).toMatchObject({
      enabled: true,
      hasSecret: true,
      users: 0,
      redirectUri: null,
      settings: {
        startTls: false,
        attributes: { id: 'entryUUID', username: 'uid', displayName: 'displayName' },
      },
    })
    expect(await created(oidc())).toMatchObject({
      hasSecret: false,
      redirectUri: 'https://zongheng.example.gov.cn/api/v1/session/oidc/callback',
      settings: {
        scopes: ['openid', 'profile', 'email'],
        claims: { username: 'preferred_username', displayName: 'name' },
      },
    })
  })

  it('keeps its secret to itself: from answers, the table, the trail', async () => {
    const provider = await created(ldap())
    const { id } = provider
    const answers = [
      JSON.stringify(provider),
      (await officer.inject({ url: '/identity-providers' })).body,
      (await change(id, { name: '新目录', secret: `${secret}-2` })).body,
    ]
    const rows = await t.context.db.selectFrom('identity_providers').selectAll().execute()
    const records = await t.context.db.selectFrom('audit_records').selectAll().execute()
    expect(records.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['identity.provider-created', 'identity.provider-changed']),
    )
    expect(JSON.stringify([answers, rows, records])).not.toContain(secret)
  })

  it('is changed in parts, as the trail tells', async () => {
    const { id, settings } = await created(ldap())
    const groups = [{ group: 'cn=desk,dc=cn', role: 'agent', regionId: region('130100') }]
    const answer = await change(id, { settings: { ...settings, groups } })
    expect(answer.json()).toMatchObject({ hasSecret: true, settings: { groups } })
    const [record] = (
      await t.context.db.selectFrom('audit_records').selectAll().orderBy('seq').execute()
    ).slice(-1)
    expect(record).toMatchObject({
      action: 'identity.provider-changed',
      entity_id: id,
      actor_id: officer.userId,
    })
    expect(Object.keys(JSON.parse(record!.after!))).toEqual(['settings'])
  })

  it('has the fields it is given by us', async () => {
    const answer = await create({ ...ldap({ isAdmin: true }), id: 'idp_mine', users: 7 })
    expect(answer.body).not.toMatch(/idp_mine|isAdmin|"users":7/)
  })

  it('is removed while it vouches for nobody', async () => {
    const { id } = await created(ldap())
    expect((await officer.inject({ method: 'DELETE', url: `/identity-providers/${id}` })).statusCode).toBe(
      204,
    )
    expect((await change(id, { name: 'x' })).statusCode).toBe(404)
  })

  it.each([
    ['another server', { url: 'ldaps://evil.example.cn' }],
    ['another account', { bindDn: 'cn=other,dc=example,dc=cn' }],
    ['another authority', { allowPlaintext: true }],
  ])('tells its secret to %s only when it is given again', async (_name, more) => {
    const { id, settings } = await created(ldap())
    const elsewhere = { ...settings, ...more }
    expect(placesOf(await change(id, { settings: elsewhere }))).toEqual(['/secret required'])
    expect((await change(id, { settings: elsewhere, secret: 'anew' })).statusCode).toBe(200)
  })

  it.each([
    [
      'a directory in plain text',
      () => ldap({ url: 'ldap://ldap.example.gov.cn' }),
      '/settings/url plaintext',
    ],
    [
      'a name that only begins like loopback',
      () => ldap({ url: 'ldap://127.0.0.1.example.cn' }),
      '/settings/url plaintext',
    ],
    [
      'an address with a password',
      () => ldap({ url: 'ldaps://a:b@ldap.example.cn' }),
      '/settings/url pattern',
    ],
    ['a filter that is open', () => ldap({ userFilter: '(uid={username}' }), '/settings/userFilter format'],
    ['a filter for everyone', () => ldap({ userFilter: '(uid=*)' }), '/settings/userFilter placeholder'],
    [
      'a search of groups without a filter',
      () => ldap({ groupBaseDn: 'ou=g' }),
      '/settings/groupFilter required',
    ],
    ['no certificate', () => ldap({ caCertificate: 'MIIB' }), '/settings/caCertificate format'],
    ['an account without a password', () => ({ ...ldap(), secret: undefined }), '/secret required'],
    ['an empty password', () => ({ ...ldap(), secret: '' }), '/secret minLength'],
    [
      'settings of the other kind',
      () => ({ ...oidc(), settings: ldap().settings }),
      '/settings/issuer required',
    ],
    [
      'an issuer in plain text',
      () => oidc({ issuer: 'http://sso.example.cn' }),
      '/settings/issuer plaintext',
    ],
    [
      'an issuer that runs a script',
      () => oidc({ issuer: 'javascript:alert(1)' }),
      '/settings/issuer pattern',
    ],
    ['an unknown region', () => oidc({ defaultRegionId: 'reg_none' }), '/settings/defaultRegionId unknown'],
    [
      'an unknown region of a group',
      () => oidc({ groups: [{ group: 'a', role: 'viewer', regionId: 'reg_none' }] }),
      '/settings/groups/0/regionId unknown',
    ],
    [
      'an unknown role',
      () => oidc({ groups: [{ group: 'a', role: 'root', regionId: region('130000') }] }),
      '/settings/groups/0/role enum',
    ],
  ])('is refused with %s', async (_name, body, place) => {
    const answer = await create(body())
    expect(answer.statusCode, answer.body).toBe(400)
    expect(placesOf(answer), answer.body).toContain(place)
  })

  it.each([
    ['StartTLS', { url: 'ldap://ldap.example.gov.cn', startTls: true }],
    ['plain text that someone answers for', { url: 'ldap://ldap.example.gov.cn', allowPlaintext: true }],
    ['plain text within the machine', { url: 'ldap://127.0.0.1:389' }],
    ['no searching account', { bindDn: undefined }],
  ])('may have %s', async (_name, more) => {
    await created(ldap(more))
  })
})

describe('providers', () => {
  it('are for an officer of the whole installation', async () => {
    const { id } = await created(ldap())
    const city = await t.as('security-admin', '130100')
    const tries = [
      { url: '/identity-providers' },
      { method: 'POST', url: '/identity-providers', body: ldap() },
      { method: 'PATCH', url: `/identity-providers/${id}`, body: { enabled: false } },
      { method: 'DELETE', url: `/identity-providers/${id}` },
      { method: 'POST', url: `/identity-providers/${id}/test`, body: {} },
    ]
    for (const request of tries) expect((await city.inject(request)).statusCode, request.method).toBe(403)
  })

  it('say of one that is away that the connection failed', async () => {
    const settings = { url: 'ldap://127.0.0.1:9' }
    const { id } = await created(ldap(settings))
    const answer = await officer.inject({ method: 'POST', url: `/identity-providers/${id}/test`, body: {} })
    expect(answer.json()).toMatchObject({ ok: false, person: null, steps: [{ step: 'connect', ok: false }] })
    expect(answer.body).not.toContain(secret)
  })
})
