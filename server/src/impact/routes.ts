import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ImpactAnswer, ImpactQuery, WeakPointPage, WeakPointQuery } from './schema.ts'
import type { ImpactService } from './service.ts'

const tags = ['impact']
const config = { permission: 'state.read' } as const

export function impactRoutes({ impact }: { impact: ImpactService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/impact', {
      config,
      schema: {
        tags,
        summary: 'What would be cut off and overloaded if these failed, too',
        querystring: ImpactQuery,
        response: { 200: ImpactAnswer },
      },
      handler: ({ viewer, query }) => impact.whatIf(viewer, query.fail.split(',')),
    })

    app.get('/impact/weak-points', {
      config,
      schema: {
        tags,
        summary: 'Single points of failure, those that cut off the most first',
        querystring: WeakPointQuery,
        response: { 200: WeakPointPage },
      },
      handler: ({ viewer, query }) => impact.weakPoints(viewer, query),
    })
  }
}
