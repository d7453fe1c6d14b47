import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Region, RegionPage, RegionQuery } from '../estate/schema.ts'
import { IdParams } from '../http/schema.ts'
import { TeamPage, TeamQuery, UserPage, UserQuery } from './admin-schema.ts'
import { Me, SignIn } from './schema.ts'
import type { IdentityService } from './service.ts'

export interface IdentityRoutesDeps {
  identity: IdentityService
  demo: boolean
}

const signInLimit = { max: 60, timeWindow: '1 minute' }
const tags = ['identity']

export function identityRoutes({ identity, demo }: IdentityRoutesDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post('/session', {
      config: { public: true, rateLimit: signInLimit },
      schema: { tags, summary: 'Sign in', body: SignIn, response: { 201: Me } },
      handler: async (request, reply) => {
        const client = { address: request.ip, userAgent: request.headers['user-agent'] ?? '' }
        const id = await identity.sessions.signIn(request.body.username, request.body.password, client)
        request.session.regenerate()
        request.session.set('id', id)
        return reply.code(201).send(await identity.me((await identity.sessions.find(id))!, demo))
      },
    })

    app.get('/session', {
      config: { permission: 'identity.self' },
      schema: { tags, summary: 'Who is signed in', response: { 200: Me } },
      handler: (request) => identity.me(request.openSession!, demo),
    })

    app.delete('/session', {
      config: { permission: 'identity.self' },
      schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await identity.sessions.revoke(request.viewer.sessionId)
        request.session.delete()
        return reply.code(204).send(null)
      },
    })

    app.get('/users', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'Users', querystring: UserQuery, response: { 200: UserPage } },
      handler: (request) => identity.users(request.viewer, request.query),
    })

    app.get('/teams', {
      config: { permission: 'identity.read' },
      schema: {
        tags,
        summary: 'Teams and their members',
        querystring: TeamQuery,
        response: { 200: TeamPage },
      },
      handler: (request) => identity.teams(request.viewer, request.query),
    })

    app.get('/regions', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'Regions', querystring: RegionQuery, response: { 200: RegionPage } },
      handler: (request) => identity.regions(request.viewer, request.query),
    })

    app.get('/regions/:id', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'A region', params: IdParams, response: { 200: Region } },
      handler: (request) => identity.region(request.viewer, request.params.id),
    })
  }
}
