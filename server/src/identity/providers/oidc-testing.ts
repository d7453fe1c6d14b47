import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export const clientId = 'zongheng'
export const clientSecret = 'a-client-secret-of-the-tests'

/** What a real provider says of someone. */
export type Account = Record<string, unknown> & { sub: string }

async function listen(): Promise<{
  origin: string
  serve: (handler: RequestListener) => void
  close: () => Promise<void>
}> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    serve: (handler) => void server.on('request', handler),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface RealProvider {
  issuer: string
  /** Who signs in next, without being asked. */
  signedIn: { account: Account }
  close: () => Promise<void>
}

/** A certified provider on loopback, whose sign-in page lets in whoever is named in `signedIn`. */
export async function startProvider(redirectUri: string): Promise<RealProvider> {
  const { origin: issuer, serve, close } = await listen()
  const signedIn: { account: Account } = { account: { sub: 'nobody' } }
  const accounts = new Map<string, Account>()
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...rsaKey().privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60 },
    claims: { profile: ['name', 'preferred_username'], email: ['email'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['of the tests'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => accounts.get(sub) ?? { sub } }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId, accountId: oidc.session!.accountId! })
      grant.addOIDCScope('openid profile email groups')
      await grant.save()
      return grant
    },
  })
  const signInPage = async (request: IncomingMessage, response: ServerResponse) => {
    const { account } = signedIn
    accounts.set(account.sub, account)
    await provider.interactionFinished(request, response, {
      login: { accountId: account.sub, remember: false },
    })
  }
  const pages = provider.callback()
  serve((request, response) => {
    const isSignIn = request.url!.startsWith('/interaction/')
    void (isSignIn ? signInPage(request, response) : pages(request, response))
  })
  return { issuer, signedIn, close }
}

export interface Forger {
  issuer: string
  /** How the next token is made. */
  forgery: Forgery
  close: () => Promise<void>
}

export interface Forgery {
  claims?: Record<string, unknown>
  alg?: 'RS256' | 'HS256' | 'none'
  /** Another key than the one it publishes. */
  isForeignKey?: boolean
  /** Instead of going on: what its authorization endpoint answers with. */
  answer?: Record<string, string>
}

/** A provider that lies: everything else it does is right. */
export async function startForger(): Promise<Forger> {
  const { origin: issuer, serve, close } = await listen()
  const [own, foreign] = [rsaKey(), rsaKey()]
  const forger: Forger = { issuer, forgery: {}, close }
  let nonce = ''
  const pages: Record<string, (url: URL) => object> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    }),
    '/jwks': () => ({
      keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256', use: 'sig' }],
    }),
    '/auth': ({ searchParams }) => {
      nonce = searchParams.get('nonce')!
      const back = new URL(searchParams.get('redirect_uri')!)
      const answer = { code: 'code', state: searchParams.get('state')!, ...forger.forgery.answer }
      back.search = new URLSearchParams(answer).toString()
      return back
    },
    '/token': () => {
      const { alg = 'RS256', claims, isForeignKey } = forger.forgery
      const now = Math.floor(Date.now() / 1000)
      const usual = { iss: issuer, aud: clientId, sub: 'mallory', nonce, iat: now, exp: now + 60 }
      const names = { preferred_username: 'mallory', name: 'Mallory' }
      const key = (isForeignKey ? foreign : own).privateKey
      const id_token = jwt(alg, { ...usual, ...names, ...claims }, key)
      return { access_token: 'access', token_type: 'Bearer', id_token }
    },
  }
  serve((request, response) => {
    const url = new URL(request.url!, issuer)
    const page = pages[url.pathname]?.(url) ?? {}
    if (page instanceof URL) return void response.writeHead(302, { location: page.href }).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page))
  })
  return forger
}

const rsaKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

function jwt(alg: NonNullable<Forgery['alg']>, claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg, kid: '1' })}.${part(claims)}`
  const signatures = {
    RS256: () => sign('sha256', Buffer.from(text), key),
    HS256: () => createHmac('sha256', clientSecret).update(text).digest(),
    none: () => Buffer.alloc(0),
  }
  return `${text}.${signatures[alg]().toString('base64url')}`
}

/** Follows redirects with cookies, each kept for the origin that set it. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  cookiesOf(origin: string): string {
    return [...(this.#cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Another browser with the same cookies. */
  copy(): Browser {
    const twin = new Browser()
    for (const [origin, jar] of this.#cookies) twin.#cookies.set(origin, new Map(jar))
    return twin
  }

  async get(address: string): Promise<Response> {
    const { origin } = new URL(address)
    const headers = { cookie: this.cookiesOf(origin) }
    const response = await fetch(address, { headers, redirect: 'manual' })
    const jar = this.#cookies.get(origin) ?? new Map<string, string>()
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      jar.set(name!, value!)
    }
    this.#cookies.set(origin, jar)
    return response
  }

  /** The address at which `until` holds, not yet asked for, or the last one. */
  async follow(address: string, until: (url: URL) => boolean): Promise<string> {
    let next = address
    for (let hops = 0; hops < 20 && !until(new URL(next)); hops++) {
      const response = await this.get(next)
      const location = response.headers.get('location')
      if (location === null) return next
      next = new URL(location, next).href
    }
    return next
  }
}
