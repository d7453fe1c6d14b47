import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { DeviceSurroundings } from './schema.ts'
import type { SurroundingsService } from './service.ts'

export function surroundingsRoutes(surroundings: SurroundingsService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/devices/:id/surroundings', {
      config: { permission: 'estate.read' },
      schema: {
        tags: ['estate'],
        summary: 'Neighbours, own addresses and routing peers, as the device last said',
        params: IdParams,
        response: { 200: DeviceSurroundings },
      },
      handler: ({ viewer, params }) => surroundings.of(viewer, params.id),
    })
  }
}
