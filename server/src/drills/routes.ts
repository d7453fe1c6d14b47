import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { Drill, DrillPage, DrillQuery, NewDrill } from './schema.ts'
import type { DrillService } from './service.ts'

const tags = ['drills']
const read = { permission: 'windows.read' } as const
const write = { permission: 'windows.write' } as const

export function drillRoutes(drills: DrillService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/drills', {
      config: read,
      schema: { tags, summary: 'Planned failovers and their records', querystring: DrillQuery, response: { 200: DrillPage } }, // prettier-ignore
      handler: ({ viewer, query }) => drills.list(viewer, query),
    })

    app.get('/drills/:id', {
      config: read,
      schema: { tags, summary: 'A planned failover', params: IdParams, response: { 200: Drill } },
      handler: ({ viewer, params }) => drills.get(viewer, params.id),
    })

    app.post('/drills', {
      config: write,
      schema: { tags, summary: 'Plan a failover', body: NewDrill, response: { 201: Drill } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await drills.plan(viewer, body)),
    })

    app.post('/drills/:id/cancel', {
      config: write,
      schema: { tags, summary: 'Call off a planned failover', params: IdParams, response: { 200: Drill } },
      handler: ({ viewer, params }) => drills.cancel(viewer, params.id),
    })
  }
}
