import secureSession from '@fastify/secure-session'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { OpenSession, Sessions } from '../identity/sessions/sessions.ts'
import { situationOf } from '../identity/situation.ts'
import type { ApiTokens } from '../identity/tokens/tokens.ts'
import { ProblemError } from './problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a public route. */
    openSession: OpenSession | null
  }
  interface FastifyInstance {
    /** Who opens a socket: from the `Cookie` header of its handshake. `isUse`: the session goes on for being asked. */
    sessionOfCookies(cookieHeader: string | undefined, isUse?: boolean): Promise<OpenSession | undefined>
  }
}

declare module '@fastify/secure-session' {
  interface SessionData {
    id: string
  }
}

export interface AuthenticationDeps {
  sessions: Sessions
  tokens: ApiTokens
  /** Seals the cookie. */
  key: Buffer
  /** People come by https alone. */
  isSecure: boolean
}

const cookieLifetimeS = 30 * 24 * 3600
const urlTokens = ['token', 'access_token']

/** Who asks: a sealed cookie holds a session's id, and what it stands for is in the database; a program sends a bearer token instead. */
export async function authenticate(app: FastifyInstance, deps: AuthenticationDeps): Promise<void> {
  const { sessions, tokens, key, isSecure } = deps
  // The prefix keeps other hosts of the domain from setting it [RFC 6265bis, 4.1.3.2].
  const cookieName = isSecure ? '__Host-zongheng' : 'zongheng'
  const secure = isSecure ? true : 'auto'
  await app.register(secureSession, {
    cookieName,
    key,
    expiry: cookieLifetimeS,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: cookieLifetimeS },
  })
  app.decorateRequest('openSession', null)
  app.decorate('sessionOfCookies', async (header: string | undefined, isUse = true) => {
    const cookie = app.parseCookie(header ?? '')[cookieName]
    const id = cookie && app.decodeSecureSession(cookie)?.get('id')
    const session = id ? await sessions.find(id, isUse) : undefined
    const situation = session && situationOf(session)
    return situation === null || situation === 'viewing' ? session : undefined
  })
  app.addHook('onRequest', async (request) => {
    refuseTokenInUrl(request)
    if (request.routeOptions.config.permission) request.openSession = await sessionOf(request)
  })

  async function sessionOf(request: FastifyRequest): Promise<OpenSession | null> {
    const bearer = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) return tokens.authenticate(bearer, request.ip)
    const id = request.session.get('id')
    return (id && (await sessions.find(id))) || null
  }
}

/** An address is kept by browsers, proxies and logs. */
function refuseTokenInUrl({ query }: FastifyRequest): void {
  const names = Object.keys(query as object).map((name) => name.toLowerCase())
  if (names.some((name) => urlTokens.includes(name))) throw new ProblemError(400, 'token-in-url')
}

/** The cookie of a session that was just opened: what it held before is gone. */
export function setSession(request: FastifyRequest, sessionId: string): void {
  request.session.regenerate()
  request.session.set('id', sessionId)
}

export const clientOf = (request: FastifyRequest) => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
})
