import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testApp, type TestApp } from '../../testing.ts'
import {
  Browser,
  clientId,
  clientSecret,
  startForger,
  startProvider,
  type Forger,
  type Forgery,
  type RealProvider,
} from './oidc-testing.ts'
import type { Me } from '../schema.ts'
import type { IdentityProvider } from './schema.ts'

const callbackPath = '/api/v1/session/oidc/callback'

let t: TestApp
let origin: string
let officer: Awaited<ReturnType<TestApp['as']>>
beforeAll(async () => {
  t = await testApp()
  origin = await t.app.listen({ port: 0, host: '127.0.0.1' })
  officer = await t.as('security-admin')
})
afterAll(() => t.close())

const region = (code: string) => t.regions.get(code)!
async function register(name: string, issuer: string): Promise<IdentityProvider> {
  const settings = {
    issuer,
    clientId,
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { username: 'preferred_username', displayName: 'name', email: 'email', groups: 'groups' },
    defaultRegionId: region('130100'),
    groups: [
      { group: 'netops', role: 'network-admin', regionId: region('130000') },
      { group: 'desk', role: 'agent', regionId: region('130100') },
      { group: 'security', role: 'security-admin', regionId: region('130000') },
    ],
  }
  const body = { kind: 'oidc', name, secret: clientSecret, settings }
  const answer = await officer.inject({ method: 'POST', url: '/identity-providers', body })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<IdentityProvider>()
}

const isCallback = (url: URL) => url.pathname === callbackPath
const isConsole = (url: URL) => url.origin === origin && !url.pathname.startsWith('/api/')
const startOf = ({ id }: IdentityProvider) => `${origin}/api/v1/session/oidc/${id}`
/** All the way, to the console's page. */
const signIn = (provider: IdentityProvider, browser = new Browser()) =>
  browser.follow(startOf(provider), isConsole).then((url) => url.slice(origin.length))
const meOf = async (browser: Browser) => (await browser.get(`${origin}/api/v1/session`)).json() as Promise<Me>
const userNamed = (username: string) =>
  t.context.db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst()

describe('a sign-in at an OpenID Connect provider', () => {
  let real: RealProvider
  let provider: IdentityProvider
  beforeAll(async () => {
    real = await startProvider(origin + callbackPath)
    provider = await register('统一认证', real.issuer)
  })
  afterAll(() => real.close())
  // Requests of one test are not to hold up the next.
  beforeEach(() => void (t.context.now += 60_000))

  const zhangsan = { sub: 'z-1', preferred_username: 'ZhangSan', name: '张三', email: 'zhangsan@example.cn' }
  const as = (account: Record<string, unknown> & { sub: string }) => {
    real.signedIn.account = account
    return signIn(provider)
  }

  it('is offered on the sign-in page', async () => {
    const options = { providers: [{ id: provider.id, name: '统一认证' }], directory: false }
    expect((await t.anyone({ url: '/sign-in' })).json()).toEqual(options)
  })

  it('makes an account with the roles of its groups', async () => {
    const browser = new Browser()
    real.signedIn.account = { ...zhangsan, groups: ['netops', 'desk', 'cleaners'] }
    expect(await signIn(provider, browser)).toBe('/')
    expect(await meOf(browser)).toMatchObject({
      user: { username: 'zhangsan', displayName: '张三' },
      stage: 'open',
      roles: expect.arrayContaining(['network-admin', 'agent']),
    })
    expect(await userNamed('zhangsan')).toMatchObject({ email: 'zhangsan@example.cn', external_id: 'z-1' })
  })

  it('brings name and roles up to date', async () => {
    const browser = new Browser()
    const before = await userNamed('zhangsan')
    real.signedIn.account = { ...zhangsan, preferred_username: 'other', name: '张三丰', groups: ['desk'] }
    expect(await signIn(provider, browser)).toBe('/')
    expect(await meOf(browser)).toMatchObject({
      user: { id: before!.id, username: 'zhangsan', displayName: '张三丰' },
      roles: ['agent'],
    })
  })

  it('sends a challenge, a state and a nonce, and the address that was registered', async () => {
    const response = await new Browser().get(startOf(provider))
    const url = new URL(response.headers.get('location')!)
    expect(url.origin).toBe(real.issuer)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: provider.redirectUri!.replace(/^http:\/\/[^/]+/, origin),
      scope: 'openid profile email groups',
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
      code_challenge: expect.stringMatching(/^.{43}$/),
      code_challenge_method: 'S256',
    })
  })

  it.each([
    [
      'exclusive roles',
      { sub: 'x-1', preferred_username: 'xavier', groups: ['security', 'desk'] },
      'roles-exclude',
    ],
    ['no user name', { sub: 'x-2' }, 'username-unusable'],
    ['a user name with a slash', { sub: 'x-3', preferred_username: '../admin' }, 'username-unusable'],
    ['a user name with a NUL', { sub: 'x-4', preferred_username: 'admin\0' }, 'username-unusable'],
    [
      'a user name of letters that look alike',
      { sub: 'x-5', preferred_username: 'аdmin' },
      'username-unusable',
    ],
    ['the user name of someone else there', { sub: 'x-6', preferred_username: 'zhangsan' }, 'username-taken'],
  ])('is refused for %s', async (_name, account, problem) => {
    expect(await as(account)).toBe(`/signin?problem=${problem}`)
  })

  it('takes over no account that is kept here', async () => {
    const { userId } = await t.as('system-admin')
    const local = (await t.context.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', userId)
      .executeTakeFirst())!
    expect(await as({ sub: 'x-7', preferred_username: local.username })).toBe(
      '/signin?problem=username-taken',
    )
  })

  it('is refused for who is disabled here', async () => {
    await t.context.db
      .updateTable('users')
      .set({ disabled_at: 1 })
      .where('username', '=', 'zhangsan')
      .execute()
    expect(await as(zhangsan)).toBe('/signin?problem=account-disabled')
    await t.context.db
      .updateTable('users')
      .set({ disabled_at: null })
      .where('username', '=', 'zhangsan')
      .execute()
  })

  describe('that was tampered with', () => {
    /** As far as the way back, which is for the test to take. */
    const halfway = async (browser: Browser) => {
      real.signedIn.account = zhangsan
      return new URL(await browser.follow(startOf(provider), isCallback))
    }
    const arrive = async (browser: Browser, url: URL) => {
      const response = await browser.get(url.href)
      return response.headers.get('location')
    }

    it('goes well otherwise', async () => {
      const browser = new Browser()
      expect(await arrive(browser, await halfway(browser))).toBe('/')
    })

    it('fails with another state', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      url.searchParams.set('state', 'forged')
      expect(await arrive(browser, url)).toBe('/signin?problem=sign-in-refused')
    })

    it('fails without a state', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      url.searchParams.delete('state')
      expect(await arrive(browser, url)).toBe('/signin?problem=sign-in-refused')
    })

    it('fails in a browser that did not begin it', async () => {
      const url = await halfway(new Browser())
      expect(await arrive(new Browser(), url)).toBe('/signin?problem=sign-in-expired')
    })

    it('fails with the code of another sign-in', async () => {
      const [victim, attacker] = [new Browser(), new Browser()]
      const url = await halfway(victim)
      url.searchParams.set('code', (await halfway(attacker)).searchParams.get('code')!)
      expect(await arrive(victim, url)).toBe('/signin?problem=sign-in-refused')
    })

    it('works once', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      const thief = browser.copy()
      expect(await arrive(browser, url)).toBe('/')
      expect(await arrive(browser, url)).toBe('/signin?problem=sign-in-expired')
      expect(await arrive(thief, url)).toBe('/signin?problem=sign-in-refused')
    })

    it('fails after ten minutes', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      t.context.now += 600_000
      expect(await arrive(browser, url)).toBe('/signin?problem=sign-in-expired')
    })

    it('fails with another issuer', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      url.searchParams.set('iss', 'https://elsewhere.example.cn')
      expect(await arrive(browser, url)).toBe('/signin?problem=sign-in-refused')
    })

    it('says nothing in the provider’s words, and leads nowhere else', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      url.searchParams.delete('code')
      url.searchParams.set('error', 'access_denied')
      url.searchParams.set('error_description', '<script>https://evil.example</script>')
      url.searchParams.set('return', 'https://evil.example')
      expect(await arrive(browser, url)).toBe('/signin?problem=sign-in-denied')
    })

    it('gives the session another cookie than before', async () => {
      const browser = new Browser()
      const url = await halfway(browser)
      const before = browser.cookiesOf(origin)
      await arrive(browser, url)
      expect(browser.cookiesOf(origin)).not.toBe(before)
      const fixed = await fetch(`${origin}/api/v1/session`, { headers: { cookie: before } })
      expect(fixed.status).toBe(401)
    })
  })

  it('is not possible while the provider is switched off', async () => {
    const turn = (enabled: boolean) =>
      officer.inject({ method: 'PATCH', url: `/identity-providers/${provider.id}`, body: { enabled } })
    const browser = new Browser()
    real.signedIn.account = zhangsan
    const halfway = await browser.follow(startOf(provider), isCallback)
    await turn(false)
    expect(await signIn(provider)).toBe('/signin?problem=not-found')
    expect((await browser.get(halfway)).headers.get('location')).toBe('/signin?problem=not-found')
    await turn(true)
  })

  it('is tried out step by step', async () => {
    const answer = await officer.inject({
      method: 'POST',
      url: `/identity-providers/${provider.id}/test`,
      body: {},
    })
    expect(answer.json()).toMatchObject({ ok: true, steps: [{ step: 'discovery' }, { step: 'keys' }] })
  })
})

describe('a provider that lies', () => {
  let forger: Forger
  let provider: IdentityProvider
  beforeAll(async () => {
    forger = await startForger()
    provider = await register('伪造', forger.issuer)
  })
  afterAll(() => forger.close())

  const withForgery = (forgery: Forgery) => {
    forger.forgery = forgery
    return signIn(provider)
  }
  const longAgo = Math.floor(Date.now() / 1000) - 3600

  it('is believed where it does not', async () => {
    expect(await withForgery({})).toBe('/')
  })

  it.each<[string, Forgery]>([
    ['is not signed', { alg: 'none' }],
    ['is signed with the client’s secret', { alg: 'HS256' }],
    ['is signed with another key', { isForeignKey: true }],
    ['has another nonce', { claims: { nonce: 'another' } }],
    ['has no nonce', { claims: { nonce: undefined } }],
    ['is of another issuer', { claims: { iss: 'https://elsewhere.example.cn' } }],
    ['is for someone else', { claims: { aud: 'another' } }],
    ['has expired', { claims: { exp: longAgo } }],
    ['names nobody', { claims: { sub: undefined } }],
  ])('is refused where its token %s', async (_name, forgery) => {
    expect(await withForgery(forgery)).toBe('/signin?problem=sign-in-refused')
  })

  it('gives no roles that another provider’s groups give', async () => {
    await officer.inject({
      method: 'PATCH',
      url: `/identity-providers/${provider.id}`,
      body: { secret: clientSecret, settings: { ...provider.settings, groups: [] } },
    })
    const browser = new Browser()
    forger.forgery = { claims: { groups: ['netops', 'security'] } }
    expect(await signIn(provider, browser)).toBe('/')
    expect((await meOf(browser)).roles).toEqual([])
  })

  it('cannot speak for another provider’s people', async () => {
    expect(await withForgery({ claims: { sub: 'z-1', preferred_username: 'zhangsan' } })).toBe(
      '/signin?problem=username-taken',
    )
  })

  it('is away when it does not answer', async () => {
    await forger.close()
    t.context.now += 600_000
    expect(await signIn(provider)).toBe('/signin?problem=directory-away')
    forger = await startForger()
  })
})

it('no provider has this id: back to the sign-in page', async () => {
  const response = await new Browser().get(`${origin}/api/v1/session/oidc/idp_none`)
  expect(response.headers.get('location')).toBe('/signin?problem=not-found')
})
