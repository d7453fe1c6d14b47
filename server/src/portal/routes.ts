import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import * as shape from './schema.ts'
import type { PortalService } from './service.ts'

const tags = ['portal']
const report = { permission: 'desk.report' } as const

export function portalRoutes(portal: PortalService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/portal/home', {
      config: report,
      schema: { tags, summary: 'One site: its state, known outages, planned work, the number to call', querystring: shape.PortalQuery, response: { 200: shape.PortalHome } }, // prettier-ignore
      handler: ({ viewer, query }) => portal.home(viewer, query.siteId),
    })

    app.put('/portal/site', {
      config: report,
      schema: { tags, summary: 'Remember where one works', body: shape.PortalSite, response: { 200: shape.PortalHome } }, // prettier-ignore
      handler: ({ viewer, body }) => portal.choose(viewer, body.siteId),
    })

    app.post('/portal/reports', {
      config: report,
      schema: { tags, summary: 'Report a fault', body: shape.NewReport, response: { 201: shape.ReportMade } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await portal.report(viewer, body)),
    })

    app.get('/portal/tickets', {
      config: report,
      schema: { tags, summary: 'What one reported, newest first', querystring: shape.PortalTicketQuery, response: { 200: shape.TicketPage } }, // prettier-ignore
      handler: ({ viewer, query }) => portal.myTickets(viewer, query),
    })

    app.post('/portal/outages/:id/me-too', {
      config: report,
      schema: { tags, summary: 'Say that one has a known outage too', params: IdParams, body: shape.NewPortalMeToo, response: { 200: shape.PortalHome } }, // prettier-ignore
      handler: ({ viewer, params, body }) => portal.meToo(viewer, params.id, body),
    })
  }
}
