import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams, Instant } from '../http/schema.ts'
import {
  CalendarQuery,
  Channel,
  ChannelPage,
  ChannelPatch,
  ChannelTest,
  ChannelTested,
  DeliveryPage,
  DeliveryQuery,
  NewChannel,
  NewRoster,
  NewRoute,
  NewShift,
  NoticePage,
  PagingQuery,
  Preferences,
  Preview,
  PreviewQuery,
  Roster,
  RosterCalendar,
  RosterPage,
  RosterPatch,
  Route,
  RoutePage,
  RoutePatch,
  Shift,
} from './schema.ts'
import type { NotifyService } from './service.ts'

const tags = ['notify']
const read = { permission: 'notify.read' } as const
const write = { permission: 'notify.write' } as const
const own = { permission: 'identity.self' } as const
const gone = { 204: Type.Null() }

export function notifyRoutes(notify: NotifyService): FastifyPluginAsyncTypebox {
  const { channels, routes, rosters, deliveries } = notify
  return async (app) => {
    app.get('/notify/channels', {
      config: read,
      schema: { tags, summary: 'Ways by which messages leave', querystring: PagingQuery, response: { 200: ChannelPage } }, // prettier-ignore
      handler: ({ viewer, query }) => channels.list(viewer, query),
    })

    app.post('/notify/channels', {
      config: write,
      schema: { tags, summary: 'Add a channel', body: NewChannel, response: { 201: Channel } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await channels.create(viewer, body)),
    })

    app.patch('/notify/channels/:id', {
      config: write,
      schema: { tags, summary: 'Change a channel', params: IdParams, body: ChannelPatch, response: { 200: Channel } }, // prettier-ignore
      handler: ({ viewer, params, body }) => channels.change(viewer, params.id, body),
    })

    app.delete('/notify/channels/:id', {
      config: write,
      schema: { tags, summary: 'Archive a channel', params: IdParams, response: gone },
      handler: async ({ viewer, params }, reply) => {
        await channels.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/notify/channels/:id/test', {
      config: write,
      schema: { tags, summary: 'Send a test; what the other side said', params: IdParams, body: ChannelTest, response: { 200: ChannelTested } }, // prettier-ignore
      handler: ({ viewer, params, body }) => channels.test(viewer, params.id, body.address),
    })

    app.get('/notify/routes', {
      config: read,
      schema: { tags, summary: 'Who is told of what, when', querystring: PagingQuery, response: { 200: RoutePage } }, // prettier-ignore
      handler: ({ viewer, query }) => routes.list(viewer, query),
    })

    app.get('/notify/routes/preview', {
      config: read,
      schema: { tags, summary: 'Who would be told', querystring: PreviewQuery, response: { 200: Preview } },
      handler: ({ viewer, query }) => routes.preview(viewer, query),
    })

    app.post('/notify/routes', {
      config: write,
      schema: { tags, summary: 'Add a route', body: NewRoute, response: { 201: Route } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await routes.create(viewer, body)),
    })

    app.patch('/notify/routes/:id', {
      config: write,
      schema: { tags, summary: 'Change a route', params: IdParams, body: RoutePatch, response: { 200: Route } }, // prettier-ignore
      handler: ({ viewer, params, body }) => routes.change(viewer, params.id, body),
    })

    app.delete('/notify/routes/:id', {
      config: write,
      schema: { tags, summary: 'Archive a route', params: IdParams, response: gone },
      handler: async ({ viewer, params }, reply) => {
        await routes.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/notify/rosters', {
      config: read,
      schema: { tags, summary: 'Rosters, and who is on duty now and next', querystring: PagingQuery, response: { 200: RosterPage } }, // prettier-ignore
      handler: ({ viewer, query }) => rosters.list(viewer, query),
    })

    app.post('/notify/rosters', {
      config: write,
      schema: { tags, summary: 'Add a roster', body: NewRoster, response: { 201: Roster } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await rosters.create(viewer, body)),
    })

    app.patch('/notify/rosters/:id', {
      config: write,
      schema: { tags, summary: 'Change a roster', params: IdParams, body: RosterPatch, response: { 200: Roster } }, // prettier-ignore
      handler: ({ viewer, params, body }) => rosters.change(viewer, params.id, body),
    })

    app.delete('/notify/rosters/:id', {
      config: write,
      schema: { tags, summary: 'Archive a roster', params: IdParams, response: gone },
      handler: async ({ viewer, params }, reply) => {
        await rosters.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/notify/rosters/:id/calendar', {
      config: read,
      schema: { tags, summary: 'Duty within a period', params: IdParams, querystring: CalendarQuery, response: { 200: RosterCalendar } }, // prettier-ignore
      handler: ({ viewer, params, query }) => rosters.calendar(viewer, params.id, query),
    })

    app.post('/notify/rosters/:id/shifts', {
      config: write,
      schema: { tags, summary: 'Have somebody stand in', params: IdParams, body: NewShift, response: { 201: Shift } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) =>
        reply.code(201).send(await rosters.addShift(viewer, params.id, body)),
    })

    app.delete('/notify/rosters/:id/shifts/:shiftId', {
      config: write,
      schema: {
        tags,
        summary: 'The turn counts again',
        params: Type.Object({ id: Type.String({ maxLength: 40 }), shiftId: Type.String({ maxLength: 40 }) }),
        response: gone,
      },
      handler: async ({ viewer, params }, reply) => {
        await rosters.removeShift(viewer, params.id, params.shiftId)
        return reply.code(204).send(null)
      },
    })

    app.get('/notify/deliveries', {
      config: read,
      schema: { tags, summary: 'What was told, newest first', querystring: DeliveryQuery, response: { 200: DeliveryPage } }, // prettier-ignore
      handler: ({ viewer, query }) => deliveries.list(viewer, query),
    })

    app.post('/notify/deliveries/:id/retry', {
      config: write,
      schema: { tags, summary: 'Send once more what failed', params: IdParams, response: gone },
      handler: async ({ viewer, params }, reply) => {
        await deliveries.retry(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/notices', {
      config: { permission: 'alarms.read' },
      schema: { tags, summary: 'For the bell, newest first', querystring: PagingQuery, response: { 200: NoticePage } }, // prettier-ignore
      handler: ({ viewer, query }) => deliveries.notices(viewer, query),
    })

    app.post('/notices/seen', {
      config: own,
      schema: { tags, summary: 'I have looked', response: { 200: Type.Object({ seenAt: Instant }) } },
      handler: ({ viewer }) => deliveries.seen(viewer),
    })

    app.get('/me/notifications', {
      config: own,
      schema: { tags, summary: 'How I want to be told', response: { 200: Preferences } },
      handler: ({ viewer }) => deliveries.preferences(viewer),
    })

    app.put('/me/notifications', {
      config: own,
      schema: { tags, summary: 'Say how I want to be told', body: Preferences, response: { 200: Preferences } }, // prettier-ignore
      handler: ({ viewer, body }) => deliveries.setPreferences(viewer, body),
    })
  }
}
