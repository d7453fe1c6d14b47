import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { actAs, type Actor } from '../audit/actor.ts'
import type { Permission } from '../identity/roles.ts'
import { refuseIn, situationOf, type Situation } from '../identity/situation.ts'
import { viewerFor, type Viewer } from '../identity/viewer.ts'
import { authenticate, type AuthenticationDeps } from './authentication.ts'
import { forbidden, ProblemError, unauthenticated } from './problem.ts'
import { limitCallers } from './rate-limit.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: holders of this permission, within its regions. */
    permission?: Permission
    /** Anyone may call. */
    public?: true
    /** Situations in which it answers, where they are not the usual ones. */
    answers?: readonly Situation[]
  }
  interface FastifyRequest {
    /** Who asks; throws on a public route. */
    readonly viewer: Viewer
  }
  interface FastifyInstance {
    /** Every route of the API, with what it declares. */
    readonly apiRoutes: readonly RouteOptions[]
  }
}

const reasonAtMost = 200

/** Who asks, whether they may, and in whose name what follows is done. */
export async function authorise(
  app: FastifyInstance,
  { requestsPerMinute, ...deps }: AuthenticationDeps & { requestsPerMinute: number },
): Promise<void> {
  await authenticate(app, deps)
  limitCallers(app, requestsPerMinute)
  app.decorateRequest('viewer', {
    getter(this: FastifyRequest): Viewer {
      const permission = this.routeOptions.config.permission
      if (!this.openSession || !permission) throw new Error(`${this.url} asks for the viewer, but is public`)
      return viewerFor(this.openSession.viewer, permission)
    },
  })
  app.addHook('onRequest', async (request) => requirePermission(request))
  // After the body was read: a stream's events would lose the context.
  app.addHook('preHandler', (request, _reply, done) => actAs(actorOf(request), done))
}

function requirePermission({ routeOptions, openSession, method }: FastifyRequest): void {
  const { permission, answers } = routeOptions.config
  if (!permission) return
  if (!openSession) throw unauthenticated()
  const situation = situationOf(openSession)
  if (situation) refuseIn(situation, { method, permission, answers })
  const isHeld = openSession.viewer.permissions.has(permission)
  if (!isHeld && !(permission === 'identity.self' && openSession.token)) throw forbidden()
}

/** Who is answerable for what a request changes. `X-Reason`: why, in percent-encoded UTF-8. */
function actorOf(request: FastifyRequest): Actor {
  const { openSession } = request
  return {
    ...(openSession ? named(openSession) : { kind: 'person', id: null, name: '' }),
    address: request.ip,
    requestId: request.id,
    reason: reasonOf(request.headers['x-reason']),
  }
}

/** The person themselves, also while they borrow someone's eyes. */
function named({ token, person }: NonNullable<FastifyRequest['openSession']>) {
  if (token) return { kind: 'token', id: token.id, name: `${person.username}/${token.name}` } as const
  return { kind: 'person', id: person.id, name: person.displayName } as const
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
