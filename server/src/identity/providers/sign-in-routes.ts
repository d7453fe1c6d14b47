import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { clientOf, setSession } from '../../http/authentication.ts'
import { ProblemError } from '../../http/problem.ts'
import { IdParams } from '../../http/schema.ts'
import { SignInOptions } from '../schema.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Federation } from './federation.ts'
import type { PendingSignIn } from './oidc-sign-in.ts'

declare module '@fastify/secure-session' {
  interface SessionData {
    /** A sign-in that waits for a provider. */
    oidc: PendingSignIn | undefined
  }
}

const callbackPath = '/api/v1/session/oidc/callback'
const redirectLimit = { max: 60, timeWindow: '1 minute' }
const tags = ['identity']

const originOf = (request: FastifyRequest, publicOrigin: string) =>
  publicOrigin || `${request.protocol}://${request.host}`

/** Where a provider sends people back to: to be registered there as it stands. */
export const redirectUriOf = (request: FastifyRequest, publicOrigin: string): string =>
  originOf(request, publicOrigin) + callbackPath

export function signInRoutes(
  { providers, oidc }: Federation,
  sessions: Pick<Sessions, 'open'>,
  publicOrigin: string,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/sign-in', {
      config: { public: true },
      schema: { tags, summary: 'Ways to sign in', response: { 200: SignInOptions } },
      handler: () => providers.signInOptions(),
    })

    app.get('/session/oidc/:id', {
      config: { public: true, rateLimit: redirectLimit },
      schema: { tags, summary: 'Sign in at a provider', params: IdParams, response: { 302: Type.Null() } },
      handler: async (request, reply) => {
        const goOn = async () => {
          const { url, pending } = await oidc.begin(request.params.id, redirectUriOf(request, publicOrigin))
          request.session.set('oidc', pending)
          return url
        }
        return reply.redirect(await orProblem(request, goOn))
      },
    })

    app.get('/session/oidc/callback', {
      config: { public: true, rateLimit: redirectLimit },
      schema: { tags, summary: 'Back from a provider', response: { 302: Type.Null() } },
      handler: async (request, reply) => {
        const pending = request.session.get('oidc')
        request.session.set('oidc', undefined) // one try each
        const goOn = async () => {
          const callback = new URL(request.originalUrl, originOf(request, publicOrigin))
          const userId = await oidc.finish(pending, callback)
          setSession(request, await sessions.open(userId, clientOf(request)))
          return '/'
        }
        return reply.redirect(await orProblem(request, goOn))
      },
    })
  }
}

/** Where to go next; the sign-in page tells what went wrong, by our own code and never in a provider's words. */
async function orProblem(request: FastifyRequest, goOn: () => Promise<string>): Promise<string> {
  try {
    return await goOn()
  } catch (error) {
    const isExpected = error instanceof ProblemError
    request.log[isExpected ? 'warn' : 'error']({ err: error }, 'sign-in at a provider failed')
    return `/signin?problem=${isExpected ? error.code : 'internal'}`
  }
}
