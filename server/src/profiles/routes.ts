import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { ExplanationAnswer, ProfileCoverage } from './schema.ts'
import type { ProfileService } from './service.ts'

const tags = ['estate']
const read = { permission: 'estate.read' } as const

export function profileRoutes(profiles: ProfileService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/devices/:id/explain', {
      config: read,
      schema: {
        tags,
        summary: 'Which rule of which profile gave each fact of a device, as last discovered',
        params: IdParams,
        response: { 200: ExplanationAnswer },
      },
      handler: async (request) => ({
        explanation: await profiles.explain(request.viewer, request.params.id),
      }),
    })

    app.get('/profiles', {
      config: read,
      schema: {
        tags,
        summary: 'Device profiles, how many devices each knows, and the devices that none knows',
        response: { 200: ProfileCoverage },
      },
      handler: (request) => profiles.coverage(request.viewer),
    })
  }
}
