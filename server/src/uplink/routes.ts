import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CollectorList, CollectorToken, Enrol, Enrolled, NewCollector } from './schema.ts'
import type { UplinkService } from './service.ts'

export function uplinkRoutes({ uplink }: { uplink: UplinkService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['uplink']

    app.get(
      '/collectors',
      {
        config: { permission: 'uplink.read' },
        schema: { tags, summary: 'Collectors and how they fare', response: { 200: CollectorList } },
      },
      () => uplink.list(),
    )

    app.post(
      '/collectors',
      {
        config: { permission: 'uplink.write' },
        schema: {
          tags,
          summary: 'Expect a collector: answers its single-use token',
          body: NewCollector,
          response: { 201: CollectorToken },
        },
      },
      async ({ body }, reply) => reply.code(201).send(await uplink.invite(body.name, body.siteId ?? null)),
    )

    app.post(
      '/collectors/enrol',
      {
        config: { public: true, rateLimit: { max: 10, timeWindow: '1 minute' } },
        schema: {
          tags,
          summary: 'Swap an enrolment token for a key',
          body: Enrol,
          response: { 200: Enrolled },
        },
      },
      ({ body }) => uplink.enrol(body),
    )
  }
}
