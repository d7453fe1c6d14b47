import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TopologyAnswer, TopologyQuery } from './schema.ts'
import type { TopologyService } from './service.ts'

export function topologyRoutes(topology: TopologyService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/topology', {
      config: { permission: 'estate.read' },
      schema: {
        tags: ['estate'],
        summary: 'Which port stands opposite which, as devices say, held against recorded circuits',
        querystring: TopologyQuery,
        response: { 200: TopologyAnswer },
      },
      handler: (request) => topology.draw(request.viewer, request.query.regionId),
    })
  }
}
