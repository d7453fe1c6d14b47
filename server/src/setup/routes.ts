import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Setup, SetupStatus } from './schema.ts'
import type { SetupService } from './service.ts'

const tags = ['setup']
/** The code has 2^32 values. */
const guessing = { max: 10, timeWindow: '1 minute' }

export function setupRoutes(setup: SetupService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/setup', {
      config: { public: true },
      schema: { tags, summary: 'Whether the first-run page is needed', response: { 200: SetupStatus } },
      handler: () => setup.status(),
    })

    app.post('/setup', {
      config: { public: true, rateLimit: guessing },
      schema: { tags, summary: 'Set up the installation', body: Setup, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await setup.setUp(request.body)
        return reply.code(204).send(null)
      },
    })
  }
}
