import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams, Nullable } from '../http/schema.ts'
import type { CatalogueItems } from './items.ts'
import type { RequestService } from './requests.ts'
import { Item, ItemPage, ItemPatch, ItemQuery, Items, NewItem, NewReceipt, NewRequest, Ordered, RequestFacts } from './schema.ts' // prettier-ignore

const tags = ['catalogue']
const report = { permission: 'desk.report' } as const
const rules = { permission: 'desk.rules' } as const

export function catalogueRoutes({
  items,
  requests,
}: {
  items: CatalogueItems
  requests: RequestService
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/catalogue', {
      config: report,
      schema: { tags, summary: 'What I may ask for', response: { 200: Items } },
      handler: async ({ viewer }) => ({ items: await items.offered(viewer) }),
    })

    app.get('/catalogue-items', {
      config: rules,
      schema: { tags, summary: 'Items of my regions, switched off or not', querystring: ItemQuery, response: { 200: ItemPage } }, // prettier-ignore
      handler: ({ viewer, query }) => items.list(viewer, query),
    })

    app.post('/catalogue-items', {
      config: rules,
      schema: { tags, summary: 'Offer something', body: NewItem, response: { 201: Item } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await items.create(viewer, body)),
    })

    app.patch('/catalogue-items/:id', {
      config: rules,
      schema: { tags, summary: 'Another version of an item', params: IdParams, body: ItemPatch, response: { 200: Item } }, // prettier-ignore
      handler: ({ viewer, params, body }) => items.change(viewer, params.id, body),
    })

    app.delete('/catalogue-items/:id', {
      config: rules,
      schema: { tags, summary: 'Offer it no more', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await items.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/requests', {
      config: report,
      schema: { tags, summary: 'Ask for something', body: NewRequest, response: { 201: Ordered } },
      handler: async ({ viewer, body }, reply) =>
        reply.code(201).send({ ticketId: await requests.order(viewer, body) }),
    })

    app.get('/tickets/:id/request', {
      config: { permission: 'desk.read' },
      schema: { tags, summary: 'What was asked for', params: IdParams, response: { 200: Nullable(RequestFacts) } }, // prettier-ignore
      handler: ({ viewer, params }) => requests.factsOf(viewer, params.id),
    })

    app.post('/tickets/:id/receipt', {
      config: report,
      schema: { tags, summary: 'Sign for it', params: IdParams, body: NewReceipt, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) => {
        await requests.sign(viewer, params.id, body)
        return reply.code(204).send(null)
      },
    })
  }
}
