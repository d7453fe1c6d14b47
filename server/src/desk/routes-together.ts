/** Escalating, urging, sharing, rating, and who is on duty. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { TicketDetail } from './schema.ts'
import * as shape from './schema-together.ts'
import type { Together } from './together.ts'

const tags = ['desk']

export function togetherRoutes(together: Together): FastifyPluginAsyncTypebox {
  const { escalating, urging, meToos, ratings, relating, onDuty, tell } = together
  return async (app) => {
    app.get('/tickets/:id/related', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'What a ticket hangs together with, and with whom',
        params: IdParams,
        response: { 200: shape.Related },
      },
      handler: ({ viewer, params }) => relating.related(viewer, params.id),
    })

    app.get('/tickets/:id/escalations', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Its escalations, newest first',
        params: IdParams,
        response: { 200: shape.Escalations },
      },
      handler: async ({ viewer, params }) => ({
        items: (await relating.related(viewer, params.id)).escalations,
      }),
    })

    app.get('/tickets/:id/escalation-targets', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Teams it may be offered to, nearest first',
        params: IdParams,
        response: { 200: shape.EscalationTargets },
      },
      handler: async ({ viewer, params }) => ({ items: await escalating.targets(viewer, params.id) }),
    })

    app.post('/tickets/:id/escalations', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Offer it to a team above, or to specialists',
        params: IdParams,
        body: shape.NewEscalation,
        response: { 201: TicketDetail },
      },
      handler: async ({ viewer, params, body }, reply) => {
        await escalating.offer(viewer, params.id, body)
        return reply.code(201).send(await tell(viewer, params.id))
      },
    })

    app.post('/tickets/:id/escalations/:escalationId/decision', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Accept it, return it with a reason, or withdraw it',
        params: shape.EscalationParams,
        body: shape.EscalationDecision,
        response: { 200: TicketDetail },
      },
      handler: async ({ viewer, params, body }) => {
        await escalating.decide(viewer, params.id, params.escalationId, body)
        return tell(viewer, params.id)
      },
    })

    app.post('/tickets/:id/urgings', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Urge it, from above',
        params: IdParams,
        body: shape.NewUrging,
        response: { 201: TicketDetail },
      },
      handler: async ({ viewer, params, body }, reply) => {
        await urging.urge(viewer, params.id, body.text)
        return reply.code(201).send(await tell(viewer, params.id))
      },
    })

    app.post('/tickets/:id/me-too', {
      config: { permission: 'desk.report' },
      schema: {
        tags,
        summary: 'Say that one has it too',
        params: IdParams,
        body: shape.NewMeToo,
        response: { 201: TicketDetail },
      },
      handler: async ({ viewer, params, body }, reply) => {
        await meToos.add(viewer, params.id, body)
        return reply.code(201).send(await tell(viewer, params.id))
      },
    })

    app.post('/tickets/:id/rating', {
      config: { permission: 'desk.report' },
      schema: {
        tags,
        summary: 'Rate what was done, as its reporter, within seven days',
        params: IdParams,
        body: shape.Rating,
        response: { 200: TicketDetail },
      },
      handler: async ({ viewer, params, body }) => {
        await ratings.rate(viewer, params.id, body)
        return tell(viewer, params.id)
      },
    })

    app.get('/desk/teams/:id/duty', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'What whoever is on duty has to do with what comes to a team',
        params: IdParams,
        response: { 200: shape.DutyPolicy },
      },
      handler: ({ viewer, params }) => onDuty.policy(viewer, params.id),
    })

    app.put('/desk/teams/:id/duty', {
      config: { permission: 'desk.rules' },
      schema: {
        tags,
        summary: 'Leave it, offer it to whoever is on duty, or give it to them',
        params: IdParams,
        body: shape.DutyPolicy,
        response: { 200: shape.DutyPolicy },
      },
      handler: ({ viewer, params, body }) => onDuty.setPolicy(viewer, params.id, body.policy),
    })
  }
}
