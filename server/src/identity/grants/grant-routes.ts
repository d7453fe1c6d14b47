import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../../http/schema.ts'
import { Grant, GrantPage, GrantQuery, NewGrant, RightPage, RightQuery, RoleList } from '../admin-schema.ts'
import type { Grants } from './grants.ts'
import { roleList, type Rights } from './rights.ts'

const tags = ['grants']

export function grantRoutes({
  grants,
  rights,
}: {
  grants: Grants
  rights: Rights
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/grants', {
      config: { permission: 'identity.grant' },
      schema: { tags, summary: 'Grants', querystring: GrantQuery, response: { 200: GrantPage } },
      handler: (request) => grants.list(request.viewer, request.query),
    })

    app.post('/grants', {
      config: { permission: 'identity.grant' },
      schema: { tags, summary: 'Give a grant', body: NewGrant, response: { 201: Grant } },
      handler: async (request, reply) =>
        reply.code(201).send(await grants.give(request.viewer, request.body)),
    })

    app.delete('/grants/:id', {
      config: { permission: 'identity.grant' },
      schema: { tags, summary: 'Take a grant', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await grants.take(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/rights', {
      config: { permission: 'identity.grant' },
      schema: {
        tags,
        summary: 'Who may do what in a region, and why',
        querystring: RightQuery,
        response: { 200: RightPage },
      },
      handler: (request) => rights.list(request.viewer, request.query),
    })

    app.get('/roles', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'Roles and their permissions', response: { 200: RoleList } },
      handler: async () => roleList(),
    })
  }
}
