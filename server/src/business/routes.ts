import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { HitQuery, NewService, Service, ServicePage, ServicePatch, ServiceQuery, ServicesHit, ServiceTree } from './schema.ts' // prettier-ignore
import type { BusinessService } from './service.ts'

const tags = ['services']
const read = { permission: 'relations.read' } as const
const write = { permission: 'relations.write' } as const

export function businessRoutes(business: BusinessService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/services', {
      config: read,
      schema: { tags, summary: 'Business services, worst first', querystring: ServiceQuery, response: { 200: ServicePage } }, // prettier-ignore
      handler: ({ viewer, query }) => business.list(viewer, query),
    })

    app.get('/services/hit', {
      config: read,
      schema: { tags, summary: 'What would be of services if this failed', querystring: HitQuery, response: { 200: ServicesHit } }, // prettier-ignore
      handler: ({ viewer, query }) => business.hitBy(viewer, query.entityId),
    })

    app.get('/services/:id', {
      config: read,
      schema: { tags, summary: 'A business service', params: IdParams, response: { 200: Service } },
      handler: ({ viewer, params }) => business.get(viewer, params.id),
    })

    app.get('/services/:id/tree', {
      config: read,
      schema: { tags, summary: 'What it needs, down to circuits', params: IdParams, response: { 200: ServiceTree } }, // prettier-ignore
      handler: ({ viewer, params }) => business.tree(viewer, params.id),
    })

    app.post('/services', {
      config: write,
      schema: { tags, summary: 'Add a business service', body: NewService, response: { 201: Service } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await business.create(viewer, body)),
    })

    app.patch('/services/:id', {
      config: write,
      schema: { tags, summary: 'Change a business service', params: IdParams, body: ServicePatch, response: { 200: Service } }, // prettier-ignore
      handler: ({ viewer, params, body }) => business.change(viewer, params.id, body),
    })

    app.delete('/services/:id', {
      config: write,
      schema: {
        tags,
        summary: 'Archive a business service',
        params: IdParams,
        response: { 204: Type.Null() },
      },
      handler: async ({ viewer, params }, reply) => {
        await business.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
