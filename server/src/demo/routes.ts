import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { Fault, FaultList, NewFault } from './schema.ts'
import type { DemoService } from './service.ts'

const tags = ['demo']
const config = { permission: 'demo.write' } as const

/** Only in demo mode. */
export function demoRoutes({ demo }: { demo: DemoService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/demo/faults', {
      config,
      schema: { tags, summary: 'Faults that are switched on', response: { 200: FaultList } },
      handler: async (request) => ({ items: await demo.faults(request.viewer) }),
    })

    app.post('/demo/faults', {
      config,
      schema: { tags, summary: 'Switch a fault on', body: NewFault, response: { 201: Fault } },
      handler: async (request, reply) => reply.code(201).send(await demo.add(request.viewer, request.body)),
    })

    app.delete('/demo/faults/:id', {
      config,
      schema: { tags, summary: 'Switch a fault off', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await demo.remove(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
