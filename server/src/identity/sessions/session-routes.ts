import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { clientOf, setSession } from '../../http/authentication.ts'
import type { Accounts } from '../accounts.ts'
import { Code, Me, SignIn, ViewAs } from '../schema.ts'
import type { OpenSession } from './sessions.ts'

const signInLimit = { max: 60, timeWindow: '1 minute' }
const tags = ['identity']

/** In, through the stages, and out; and looking with someone else's eyes. */
export function sessionRoutes({ sessions, signIn, viewAs, myself }: Accounts): FastifyPluginAsyncTypebox {
  const describe = async (sessionId: string) => myself.describe((await sessions.find(sessionId))!)
  const again = ({ viewer }: OpenSession) => describe(viewer.sessionId)

  return async (app) => {
    app.post('/session', {
      config: { public: true, rateLimit: signInLimit },
      schema: { tags, summary: 'Sign in', body: SignIn, response: { 201: Me } },
      handler: async (request, reply) => {
        const { username, password } = request.body
        const id = await signIn.withPassword(username, password, clientOf(request))
        setSession(request, id)
        return reply.code(201).send(await describe(id))
      },
    })

    app.post('/session/totp', {
      config: { permission: 'identity.self', answers: ['totp'], rateLimit: signInLimit },
      schema: { tags, summary: 'The second factor', body: Code, response: { 200: Me } },
      handler: async (request) => {
        const id = await signIn.withCode(request.openSession!, request.body.code, clientOf(request))
        setSession(request, id)
        return describe(id)
      },
    })

    app.get('/session', {
      config: {
        permission: 'identity.self',
        answers: ['token', 'totp', 'password', 'enrolment', 'viewing'],
      },
      schema: { tags, summary: 'Who is signed in', response: { 200: Me } },
      handler: (request) => myself.describe(request.openSession!),
    })

    app.delete('/session', {
      config: { permission: 'identity.self', answers: ['totp', 'password', 'enrolment', 'viewing'] },
      schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await sessions.signOut(request.openSession!)
        request.session.delete()
        return reply.code(204).send(null)
      },
    })

    app.post('/session/view-as', {
      config: { permission: 'identity.view-as', answers: [] },
      schema: { tags, summary: 'See what a user sees', body: ViewAs, response: { 200: Me } },
      handler: async (request) => {
        await viewAs.start(request.openSession!, request.body.userId, request.body.reason)
        return again(request.openSession!)
      },
    })

    app.delete('/session/view-as', {
      config: { permission: 'identity.self', answers: ['viewing'] },
      schema: { tags, summary: 'See with one’s own eyes again', response: { 200: Me } },
      handler: async (request) => {
        await viewAs.end(request.openSession!)
        return again(request.openSession!)
      },
    })
  }
}
