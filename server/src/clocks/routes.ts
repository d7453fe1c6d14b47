import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { invalid } from '../http/problem.ts'
import { IdParams } from '../http/schema.ts'
import * as shape from './schema.ts'
import type { ClockService } from './service.ts'

const tags = ['desk']
const idsAtMost = 200

export function clockRoutes(clocks: ClockService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/tickets/:id/clocks', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'Clocks of a ticket',
        params: IdParams,
        response: { 200: shape.ClockList },
      },
      handler: async (request) => ({ items: await clocks.of(request.viewer, request.params.id) }),
    })

    app.get('/clocks', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'Clocks of the tickets of a list',
        querystring: shape.ClockQuery,
        response: { 200: shape.ClockList },
      },
      handler: async (request) => {
        const ids = [...new Set(request.query.ticketIds.split(',').filter(Boolean))]
        if (ids.length > idsAtMost)
          throw invalid([{ path: '/ticketIds', code: 'range', message: `at most ${idsAtMost}` }])
        return { items: await clocks.ofTickets(request.viewer, ids) }
      },
    })

    app.post('/tickets/:id/pauses', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Tell afterwards that a stretch does not count',
        params: IdParams,
        body: shape.NewPause,
        response: { 201: shape.ClockList },
      },
      handler: async (request, reply) =>
        reply.code(201).send({ items: await clocks.pause(request.viewer, request.params.id, request.body) }),
    })

    app.get('/tickets/:id/pauses/preview', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'The clocks as they would be if a stretch did not count',
        params: IdParams,
        querystring: shape.PauseQuery,
        response: { 200: shape.ClockList },
      },
      handler: async ({ viewer, params, query }) => ({
        items: await clocks.afterPause(viewer, params.id, query),
      }),
    })

    app.get('/desk-rules/calendars/:id/days', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'A year of a calendar: the days that are not as their weekday is',
        params: IdParams,
        querystring: shape.YearQuery,
        response: { 200: shape.CalendarYear },
      },
      handler: (request) => clocks.year(request.viewer, request.params.id, request.query.year),
    })

    app.get('/desk-rules/targets', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'Targets, in the order they are tried in',
        querystring: shape.RuleQuery,
        response: { 200: shape.TargetPage },
      },
      handler: (request) => clocks.targets.list(request.viewer, request.query),
    })
    app.post('/desk-rules/targets', {
      config: { permission: 'desk.rules' },
      schema: { tags, summary: 'Set a target', body: shape.NewTarget, response: { 201: shape.Target } },
      handler: async (request, reply) =>
        reply.code(201).send(await clocks.targets.create(request.viewer, request.body)),
    })
    app.patch('/desk-rules/targets/:id', {
      config: { permission: 'desk.rules' },
      schema: {
        tags,
        summary: 'Change a target; clocks that run keep theirs',
        params: IdParams,
        body: shape.TargetPatch,
        response: { 200: shape.Target },
      },
      handler: (request) => clocks.targets.change(request.viewer, request.params.id, request.body),
    })
    app.delete('/desk-rules/targets/:id', {
      config: { permission: 'desk.rules' },
      schema: { tags, summary: 'Give a target up', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await clocks.targets.archive(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/desk-rules/calendars', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'Business calendars',
        querystring: shape.RuleQuery,
        response: { 200: shape.CalendarPage },
      },
      handler: (request) => clocks.calendars.list(request.viewer, request.query),
    })
    app.post('/desk-rules/calendars', {
      config: { permission: 'desk.rules' },
      schema: { tags, summary: 'Set a calendar', body: shape.NewCalendar, response: { 201: shape.Calendar } },
      handler: async (request, reply) =>
        reply.code(201).send(await clocks.calendars.create(request.viewer, request.body)),
    })
    app.patch('/desk-rules/calendars/:id', {
      config: { permission: 'desk.rules' },
      schema: {
        tags,
        summary: 'Change a calendar: clocks that run by it are looked up anew',
        params: IdParams,
        body: shape.CalendarPatch,
        response: { 200: shape.Calendar },
      },
      handler: (request) => clocks.calendars.change(request.viewer, request.params.id, request.body),
    })
    app.delete('/desk-rules/calendars/:id', {
      config: { permission: 'desk.rules' },
      schema: { tags, summary: 'Give a calendar up', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await clocks.calendars.archive(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/desk-rules/escalations', {
      config: { permission: 'desk.read' },
      schema: {
        tags,
        summary: 'What a clock near its end does',
        querystring: shape.RuleQuery,
        response: { 200: shape.EscalationPage },
      },
      handler: (request) => clocks.escalations.list(request.viewer, request.query),
    })
    app.post('/desk-rules/escalations', {
      config: { permission: 'desk.rules' },
      schema: {
        tags,
        summary: 'Set whom a clock tells, and where its ticket goes',
        body: shape.NewEscalation,
        response: { 201: shape.EscalationRule },
      },
      handler: async (request, reply) =>
        reply.code(201).send(await clocks.escalations.create(request.viewer, request.body)),
    })
    app.patch('/desk-rules/escalations/:id', {
      config: { permission: 'desk.rules' },
      schema: {
        tags,
        summary: 'Change an escalation',
        params: IdParams,
        body: shape.EscalationPatch,
        response: { 200: shape.EscalationRule },
      },
      handler: (request) => clocks.escalations.change(request.viewer, request.params.id, request.body),
    })
    app.delete('/desk-rules/escalations/:id', {
      config: { permission: 'desk.rules' },
      schema: { tags, summary: 'Give an escalation up', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await clocks.escalations.archive(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
