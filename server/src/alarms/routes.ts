import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import {
  Acknowledging,
  AcknowledgingMany,
  Alarm,
  AlarmCounts,
  AlarmDetail,
  AlarmHistory,
  AlarmHistoryQuery,
  AlarmPage,
  AlarmQuery,
  Alarms,
  Suppressing,
  SuppressingMany,
} from './schema.ts'
import type { AlarmService } from './service.ts'

const ScopeQuery = Type.Object({ regionId: Type.Optional(Type.String({ maxLength: 40 })) })

export function alarmRoutes({ alarms }: { alarms: AlarmService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['alarms']
    const read = { permission: 'alarms.read' } as const
    const write = { permission: 'alarms.write' } as const

    app.get(
      '/alarms',
      {
        config: read,
        schema: {
          tags,
          summary: 'Alarms, newest first',
          querystring: AlarmQuery,
          response: { 200: AlarmPage },
        },
      },
      ({ viewer, query }) => alarms.list(viewer, query),
    )

    app.get(
      '/alarms/counts',
      {
        config: read,
        schema: {
          tags,
          summary: 'Firing roots by severity',
          querystring: ScopeQuery,
          response: { 200: AlarmCounts },
        },
      },
      ({ viewer, query }) => alarms.counts(viewer, query.regionId),
    )

    app.get(
      '/alarms/:id',
      {
        config: read,
        schema: {
          tags,
          summary: 'An alarm with its cause and what it explains',
          params: IdParams,
          response: { 200: AlarmDetail },
        },
      },
      ({ viewer, params }) => alarms.detail(viewer, params.id),
    )

    app.get('/alarms/:id/events', {
      config: read,
      schema: { tags, summary: 'What became of an alarm', params: IdParams, querystring: AlarmHistoryQuery, response: { 200: AlarmHistory } }, // prettier-ignore
      handler: ({ viewer, params, query }) => alarms.events(viewer, params.id, query),
    })

    app.post('/alarms/:id/acknowledgement', {
      config: write,
      schema: { tags, summary: 'Somebody has seen it', params: IdParams, body: Acknowledging, response: { 200: Alarm } }, // prettier-ignore
      handler: async ({ viewer, params, body }) =>
        (await alarms.acknowledge(viewer, [params.id], true, body?.until ?? null))[0]!,
    })

    app.delete('/alarms/:id/acknowledgement', {
      config: write,
      schema: { tags, summary: 'Take the acknowledgement back', params: IdParams, response: { 200: Alarm } },
      handler: async ({ viewer, params }) => (await alarms.acknowledge(viewer, [params.id], false))[0]!,
    })

    app.put('/alarms/:id/suppression', {
      config: write,
      schema: { tags, summary: 'It pages nobody until then', params: IdParams, body: Suppressing, response: { 200: Alarm } }, // prettier-ignore
      handler: async ({ viewer, params, body }) =>
        (await alarms.suppress(viewer, [params.id], { untilMs: body.until, reason: body.reason.trim() }))[0]!,
    })

    app.delete('/alarms/:id/suppression', {
      config: write,
      schema: { tags, summary: 'It speaks again', params: IdParams, response: { 200: Alarm } },
      handler: async ({ viewer, params }) => (await alarms.suppress(viewer, [params.id], null))[0]!,
    })

    app.post('/alarms/acknowledgements', {
      config: write,
      schema: { tags, summary: 'Somebody has seen all of these', body: AcknowledgingMany, response: { 200: Alarms } }, // prettier-ignore
      handler: async ({ viewer, body }) => ({
        items: await alarms.acknowledge(viewer, body.ids, true, body.until ?? null),
      }),
    })

    app.post('/alarms/suppressions', {
      config: write,
      schema: { tags, summary: 'None of these pages anybody until then', body: SuppressingMany, response: { 200: Alarms } }, // prettier-ignore
      handler: async ({ viewer, body }) => ({
        items: await alarms.suppress(viewer, body.ids, { untilMs: body.until, reason: body.reason.trim() }),
      }),
    })
  }
}
