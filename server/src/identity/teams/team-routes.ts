import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../../http/schema.ts'
import { MemberParams, NewTeam, Team, TeamPage, TeamPatch, TeamQuery } from '../admin-schema.ts'
import type { Teams } from './teams.ts'

const tags = ['teams']

export function teamRoutes(teams: Teams): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/teams', {
      config: { permission: 'identity.read' },
      schema: {
        tags,
        summary: 'Teams and their members',
        querystring: TeamQuery,
        response: { 200: TeamPage },
      },
      handler: (request) => teams.list(request.viewer, request.query),
    })

    app.post('/teams', {
      config: { permission: 'identity.write' },
      schema: { tags, summary: 'Create a team', body: NewTeam, response: { 201: Team } },
      handler: async (request, reply) =>
        reply.code(201).send(await teams.create(request.viewer, request.body)),
    })

    app.patch('/teams/:id', {
      config: { permission: 'identity.write' },
      schema: { tags, summary: 'Rename a team', params: IdParams, body: TeamPatch, response: { 200: Team } },
      handler: (request) => teams.rename(request.viewer, request.params.id, request.body.name),
    })

    app.delete('/teams/:id', {
      config: { permission: 'identity.write' },
      schema: { tags, summary: 'Delete a team', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await teams.delete(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })

    app.put('/teams/:id/members/:userId', {
      config: { permission: 'identity.member' },
      schema: { tags, summary: 'Put someone on a team', params: MemberParams, response: { 200: Team } },
      handler: ({ viewer, params }) => teams.add(viewer, params.id, params.userId),
    })

    app.delete('/teams/:id/members/:userId', {
      config: { permission: 'identity.member' },
      schema: { tags, summary: 'Take someone off a team', params: MemberParams, response: { 200: Team } },
      handler: ({ viewer, params }) => teams.remove(viewer, params.id, params.userId),
    })
  }
}
