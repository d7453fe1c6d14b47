import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams, Nullable } from '../http/schema.ts'
import type { CatalogueItems } from './items.ts'
import type { KnownRecords } from './records.ts'
import type { RequestService } from './requests.ts'
import { FoundRecords, Item, ItemPage, ItemPatch, ItemQuery, NewItem, NewReceipt, NewRequest, Offered, Ordered, RecordQuery, RequestFacts } from './schema.ts' // prettier-ignore

const tags = ['catalogue']
const report = { permission: 'desk.report' } as const
const rules = { permission: 'desk.rules' } as const

export function catalogueRoutes({
  items,
  records,
  requests,
}: {
  items: CatalogueItems
  records: KnownRecords
  requests: RequestService
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/catalogue/items', {
      config: report,
      schema: { tags, summary: 'What I may ask for', response: { 200: Offered } },
      handler: ({ viewer }) => items.offered(viewer),
    })

    app.get('/catalogue/records', {
      config: report,
      schema: { tags, summary: 'What a field may name, by name', querystring: RecordQuery, response: { 200: FoundRecords } }, // prettier-ignore
      handler: async ({ viewer, query }) => ({ items: await records.find(viewer, query.kind, query.q) }),
    })

    app.get('/catalogue/items/all', {
      config: rules,
      schema: { tags, summary: 'Items of my regions, switched off or not', querystring: ItemQuery, response: { 200: ItemPage } }, // prettier-ignore
      handler: ({ viewer, query }) => items.list(viewer, query),
    })

    app.post('/catalogue/items', {
      config: rules,
      schema: { tags, summary: 'Offer something', body: NewItem, response: { 201: Item } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await items.create(viewer, body)),
    })

    app.patch('/catalogue/items/:id', {
      config: rules,
      schema: { tags, summary: 'Another version of an item', params: IdParams, body: ItemPatch, response: { 200: Item } }, // prettier-ignore
      handler: ({ viewer, params, body }) => items.change(viewer, params.id, body),
    })

    app.delete('/catalogue/items/:id', {
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
      // Whoever was asked to approve it reads it too, wherever they are.
      config: { permission: 'identity.self', answers: ['token', 'viewing'] },
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
