import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { DeviceSurroundings, NewDismissal, TopologyAnswer, TopologyQuery } from './schema.ts'
import type { TopologyService } from './service.ts'
import type { SurroundingsService } from './surroundings.ts'

const tags = ['estate']
const write = { permission: 'estate.write' } as const

export interface TopologyRoutesDeps {
  topology: TopologyService
  surroundings: SurroundingsService
}

export function topologyRoutes({ topology, surroundings }: TopologyRoutesDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/topology', {
      config: { permission: 'estate.read' },
      schema: {
        tags,
        summary: 'Which port stands opposite which, as devices say, held against recorded circuits',
        querystring: TopologyQuery,
        response: { 200: TopologyAnswer },
      },
      handler: (request) => topology.draw(request.viewer, request.query.regionId),
    })

    app.get('/devices/:id/surroundings', {
      config: { permission: 'estate.read' },
      schema: {
        tags,
        summary: 'Neighbours, own addresses and routing peers, as the device last said',
        params: IdParams,
        response: { 200: DeviceSurroundings },
      },
      handler: ({ viewer, params }) => surroundings.of(viewer, params.id),
    })

    app.post('/topology/dismissals', {
      config: write,
      schema: { tags, summary: 'Let a proposal or a difference be', body: NewDismissal },
      handler: async ({ viewer, body }, reply) => {
        await topology.dismiss(viewer, body)
        return reply.code(204).send()
      },
    })

    app.delete('/topology/dismissals/:id', {
      config: write,
      schema: { tags, summary: 'Look at it again', params: IdParams },
      handler: async ({ viewer, params }, reply) => {
        await topology.restore(viewer, params.id)
        return reply.code(204).send()
      },
    })
  }
}
