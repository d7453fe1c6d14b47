import secureSession from '@fastify/secure-session'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { actAs, type Actor } from '../audit/actor.ts'
import type { Permission } from '../identity/roles.ts'
import type { OpenSession, Sessions } from '../identity/sessions.ts'
import { viewerFor, type Viewer } from '../identity/viewer.ts'
import { forbidden, ProblemError, unauthenticated } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: holders of this permission, within its regions. */
    permission?: Permission
    /** Anyone may call. */
    public?: true
  }
  interface FastifyRequest {
    /** Who asks; throws on a public route. */
    readonly viewer: Viewer
    openSession: OpenSession | null
  }
  interface FastifyInstance {
    /** Who opens a socket: from the `Cookie` header of its handshake. */
    sessionOfCookies(cookieHeader: string | undefined): Promise<OpenSession | undefined>
    /** Every route of the API, with what it declares. */
    readonly apiRoutes: readonly RouteOptions[]
  }
}

declare module '@fastify/secure-session' {
  interface SessionData {
    id: string
  }
}

const cookieName = 'zongheng'
const reasonAtMost = 200
const cookieLifetimeS = 7 * 24 * 3600

/** Sealed cookie holding a session's id; what it stands for is in the database. Refuses whoever lacks the permission. */
export async function authorise(app: FastifyInstance, sessions: Sessions, key: Buffer): Promise<void> {
  await app.register(secureSession, {
    cookieName,
    key,
    expiry: cookieLifetimeS,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: 'auto', maxAge: cookieLifetimeS },
  })
  app.decorateRequest('openSession', null)
  app.decorateRequest('viewer', {
    getter(this: FastifyRequest): Viewer {
      const permission = this.routeOptions.config.permission
      if (!this.openSession || !permission) throw new Error(`${this.url} asks for the viewer, but is public`)
      return viewerFor(this.openSession.viewer, permission)
    },
  })
  app.decorate('sessionOfCookies', async (header: string | undefined) => {
    const cookie = app.parseCookie(header ?? '')[cookieName]
    const id = cookie && app.decodeSecureSession(cookie)?.get('id')
    return id ? sessions.find(id) : undefined
  })
  app.addHook('onRequest', async (request) => {
    const { permission } = request.routeOptions.config
    if (!permission) return
    const id = request.session.get('id')
    request.openSession = (id && (await sessions.find(id))) || null
    if (!request.openSession) throw unauthenticated()
    if (!request.openSession.viewer.permissions.has(permission)) throw forbidden()
  })
  // After the body was read: a stream's events would lose the context.
  app.addHook('preHandler', (request, _reply, done) => actAs(actorOf(request), done))
}

/** Who is answerable for what a request changes. `X-Reason`: why, in percent-encoded UTF-8. */
function actorOf(request: FastifyRequest): Actor {
  const viewer = request.openSession?.viewer
  return {
    kind: 'person',
    id: viewer?.userId ?? null,
    name: viewer?.displayName ?? '',
    address: request.ip,
    requestId: request.id,
    reason: reasonOf(request.headers['x-reason']),
  }
}

function reasonOf(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string') return null
  try {
    return decodeURIComponent(header).slice(0, reasonAtMost) || null
  } catch {
    throw new ProblemError(400, 'invalid', 'X-Reason is not percent-encoded UTF-8')
  }
}

/** Fails the start when a route of the API says nothing of who may call it. */
export function requireDeclaredAccess(app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.decorate('apiRoutes', routes)
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/')) routes.push(route)
  })
  app.addHook('onReady', async () => {
    const undeclared = routes.filter(({ config }) => !config?.permission && !config?.public)
    const names = undeclared.map(({ method, url }) => `${String(method)} ${url}`)
    if (names.length > 0) throw new Error(`no permission declared for ${names.join(', ')}`)
  })
}
