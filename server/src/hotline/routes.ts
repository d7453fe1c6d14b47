import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { ReportMade } from '../portal/schema.ts'
import * as shape from './schema.ts'
import type { HotlineService } from './service.ts'

const tags = ['hotline']
/** Whoever works on tickets takes calls; an exchange calls with a token that has no more than this. */
const work = { permission: 'desk.write' } as const
const rules = { permission: 'desk.rules' } as const

export function hotlineRoutes(hotline: HotlineService): FastifyPluginAsyncTypebox {
  const { calls, looking, numbers } = hotline
  return async (app) => {
    app.get('/hotline/lookup', {
      config: work,
      schema: { tags, summary: 'Who calls: by number, name or pinyin initials', querystring: shape.LookupQuery, response: { 200: shape.LookupAnswer } }, // prettier-ignore
      handler: async ({ viewer, query }) => ({ items: await looking.lookup(viewer, query.q) }),
    })

    app.get('/hotline/situation', {
      config: work,
      schema: { tags, summary: 'A caller, their site as it is now, what is open, earlier calls', querystring: shape.SituationQuery, response: { 200: shape.Situation } }, // prettier-ignore
      handler: ({ viewer, query }) => looking.situation(viewer, query),
    })

    app.get('/hotline/calls', {
      config: work,
      schema: { tags, summary: 'Calls, newest first', querystring: shape.CallQuery, response: { 200: shape.CallPage } }, // prettier-ignore
      handler: ({ viewer, query }) => calls.list(viewer, query),
    })

    app.post('/hotline/calls', {
      config: work,
      schema: { tags, summary: 'What the exchange tells of a call; told twice, it is the same', body: shape.CallTold, response: { 200: shape.HotlineCall } }, // prettier-ignore
      handler: ({ viewer, body }) => calls.told(viewer, body),
    })

    app.patch('/hotline/calls/:id', {
      config: work,
      schema: { tags, summary: 'Who it was, what it was about', params: IdParams, body: shape.CallPatch, response: { 200: shape.HotlineCall } }, // prettier-ignore
      handler: ({ viewer, params, body }) => calls.change(viewer, params.id, body),
    })

    app.post('/hotline/calls/:id/me-too', {
      config: work,
      schema: { tags, summary: 'The caller has what an open ticket is about', params: IdParams, body: shape.CallMeToo, response: { 200: shape.HotlineCall } }, // prettier-ignore
      handler: async ({ viewer, params, body }) => {
        await hotline.meToo(viewer, params.id, body.ticketId, body.siteId)
        return (await calls.byId(params.id))!
      },
    })

    app.post('/hotline/tickets', {
      config: work,
      schema: { tags, summary: 'Open a ticket for a caller', body: shape.NewHotlineTicket, response: { 201: ReportMade } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await hotline.open(viewer, body)),
    })

    app.get('/hotline/line', {
      config: work,
      schema: { tags, summary: 'At which line one sits', response: { 200: shape.OwnLine } },
      handler: ({ viewer }) => hotline.line(viewer),
    })

    app.put('/hotline/line', {
      config: work,
      schema: { tags, summary: 'Sit at a line, or leave it', body: shape.OwnLine, response: { 200: shape.OwnLine } }, // prettier-ignore
      handler: ({ viewer, body }) => hotline.sit(viewer, body.line),
    })

    app.get('/hotline/numbers', {
      config: work,
      schema: { tags, summary: 'By which number each region calls its desk', response: { 200: shape.HotlineNumbers } }, // prettier-ignore
      handler: async ({ viewer }) => ({ items: await numbers.list(viewer) }),
    })

    app.put('/hotline/numbers', {
      config: rules,
      schema: { tags, summary: 'Say by which number a region calls its desk', body: shape.NewHotlineNumber, response: { 200: shape.HotlineNumbers } }, // prettier-ignore
      handler: async ({ viewer, body }) => ({
        items: await numbers.set(viewer, body.regionId, body.phone),
      }),
    })
  }
}
