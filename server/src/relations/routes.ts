import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { NewRelation, Relation, RelationPage, RelationQuery } from './schema.ts'
import type { RelationService } from './service.ts'

const tags = ['relations']

export function relationRoutes(relations: RelationService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/relations', {
      config: { permission: 'relations.read' },
      schema: { tags, summary: 'Relations of one thing, both ways', querystring: RelationQuery, response: { 200: RelationPage } }, // prettier-ignore
      handler: ({ viewer, query }) => relations.list(viewer, query),
    })

    app.post('/relations', {
      config: { permission: 'relations.write' },
      schema: { tags, summary: 'Relate two things', body: NewRelation, response: { 201: Relation } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await relations.create(viewer, body)),
    })

    app.delete('/relations/:id', {
      config: { permission: 'relations.write' },
      schema: { tags, summary: 'Remove a relation', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await relations.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
