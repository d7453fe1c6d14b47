import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { Accept, Accepting, Discovery, DiscoveryPage, DiscoveryQuery, FindPage, FindQuery, Ignore, NewDiscovery } from './schema.ts' // prettier-ignore
import type { DiscoveryService } from './service.ts'

const tags = ['discovery']
const read = { permission: 'estate.read' } as const
const write = { permission: 'estate.write' } as const

export function discoveryRoutes(discoveries: DiscoveryService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/discoveries', {
      config: read,
      schema: { tags, summary: 'Discoveries, the last first', querystring: DiscoveryQuery, response: { 200: DiscoveryPage } }, // prettier-ignore
      handler: ({ viewer, query }) => discoveries.list(viewer, query),
    })

    app.post('/discoveries', {
      config: write,
      schema: { tags, summary: 'Ask addresses who stands there', body: NewDiscovery, response: { 201: Discovery } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) =>
        reply.code(201).send(await discoveries.create(viewer, body)),
    })

    app.get('/discoveries/:id', {
      config: read,
      schema: { tags, summary: 'A discovery', params: IdParams, response: { 200: Discovery } },
      handler: ({ viewer, params }) => discoveries.get(viewer, params.id),
    })

    app.delete('/discoveries/:id', {
      config: write,
      schema: { tags, summary: 'Forget a discovery that is over, with what nobody accepted', params: IdParams, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params }, reply) => {
        await discoveries.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/discoveries/:id/stop', {
      config: write,
      schema: { tags, summary: 'Stop it; what was found stays', params: IdParams, response: { 200: Discovery } }, // prettier-ignore
      handler: ({ viewer, params }) => discoveries.stop(viewer, params.id),
    })

    app.post('/discoveries/:id/resume', {
      config: write,
      schema: { tags, summary: 'Go on with what was not asked yet', params: IdParams, response: { 200: Discovery } }, // prettier-ignore
      handler: ({ viewer, params }) => discoveries.resume(viewer, params.id),
    })

    app.get('/discoveries/:id/finds', {
      config: read,
      schema: { tags, summary: 'What answered, and what it seems to be', params: IdParams, querystring: FindQuery, response: { 200: FindPage } }, // prettier-ignore
      handler: ({ viewer, params, query }) => discoveries.review.list(viewer, params.id, query),
    })

    app.post('/discoveries/:id/accept', {
      config: write,
      schema: { tags, summary: 'Take finds over as proposed, or as told', params: IdParams, body: Accept, response: { 200: Accepting } }, // prettier-ignore
      handler: ({ viewer, params, body }) => discoveries.review.accept(viewer, params.id, body),
    })

    app.post('/discoveries/:id/ignore', {
      config: write,
      schema: { tags, summary: 'Put finds aside, or back', params: IdParams, body: Ignore, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) => {
        await discoveries.review.ignore(viewer, params.id, body)
        return reply.code(204).send(null)
      },
    })
  }
}
