import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import type { Deputies as DeputyService } from './deputies.ts'
import { ApprovalSteps, AskedCount, AskedPage, AskedQuery, Decision, Deputies, NewDeputy } from './schema.ts'
import type { ApprovalService } from './service.ts'

const tags = ['approvals']
/** Whoever was asked decides, whatever else they may do. */
const own = { permission: 'identity.self' } as const
const look = { ...own, answers: ['viewing'] } as const

export function approvalRoutes({
  approvals,
  deputies,
}: {
  approvals: ApprovalService
  deputies: DeputyService
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/approvals', {
      config: look,
      schema: { tags, summary: 'What waits for me to decide, or what I decided', querystring: AskedQuery, response: { 200: AskedPage } }, // prettier-ignore
      handler: ({ viewer, query }) => approvals.asked(viewer, query),
    })

    app.get('/approvals/count', {
      config: look,
      schema: { tags, summary: 'How much waits for me', response: { 200: AskedCount } },
      handler: async ({ viewer }) => ({ waiting: await approvals.waitingCount(viewer) }),
    })

    app.post('/approvals/:id/decision', {
      config: own,
      schema: { tags, summary: 'Approve or reject', params: IdParams, body: Decision, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) => {
        await approvals.decide(viewer, params.id, body)
        return reply.code(204).send(null)
      },
    })

    app.get('/tickets/:id/approvals', {
      // Whoever was asked reads it too, wherever they are.
      config: { permission: 'identity.self', answers: ['token', 'viewing'] },
      schema: { tags, summary: 'Who was asked about a ticket', params: IdParams, response: { 200: ApprovalSteps } }, // prettier-ignore
      handler: async ({ viewer, params }) => ({ items: await approvals.stepsOf(viewer, params.id) }),
    })

    app.get('/deputies', {
      config: look,
      schema: { tags, summary: 'Who stands in for me, and I for whom', response: { 200: Deputies } },
      handler: async ({ viewer }) => ({ items: await deputies.list(viewer) }),
    })

    app.post('/deputies', {
      config: own,
      schema: { tags, summary: 'Somebody decides while I am away', body: NewDeputy, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) => {
        await deputies.name(viewer, body)
        return reply.code(204).send(null)
      },
    })

    app.delete('/deputies/:id', {
      config: own,
      schema: { tags, summary: 'I am back', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await deputies.end(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
