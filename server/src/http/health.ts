import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { version } from '../version.ts'

const Health = Type.Object({ status: Type.Literal('ok'), version: Type.String() })

export function healthRoutes(): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/api/health', {
      config: { public: true },
      schema: { tags: ['health'], summary: 'Whether the server answers', response: { 200: Health } },
      handler: async () => ({ status: 'ok' as const, version }),
    })
  }
}
