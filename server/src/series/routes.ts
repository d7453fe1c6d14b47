import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SeriesAnswer, SeriesQuery } from './schema.ts'
import type { SeriesService } from './service.ts'

export function seriesRoutes({ series }: { series: SeriesService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/series', {
      config: { permission: 'series.read' },
      schema: {
        tags: ['series'],
        summary: 'Measured values over time, thinned',
        querystring: SeriesQuery,
        response: { 200: SeriesAnswer },
      },
      handler: async (request) => ({ items: await series.read(request.viewer, request.query) }),
    })
  }
}
