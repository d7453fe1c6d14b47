import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { Alarm, AlarmCounts, AlarmDetail, AlarmPage, AlarmQuery } from './schema.ts'
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

    app.post(
      '/alarms/:id/acknowledgement',
      {
        config: write,
        schema: { tags, summary: 'Somebody has seen it', params: IdParams, response: { 200: Alarm } },
      },
      ({ viewer, params }) => alarms.acknowledge(viewer, params.id, true),
    )

    app.delete(
      '/alarms/:id/acknowledgement',
      {
        config: write,
        schema: {
          tags,
          summary: 'Take the acknowledgement back',
          params: IdParams,
          response: { 200: Alarm },
        },
      },
      ({ viewer, params }) => alarms.acknowledge(viewer, params.id, false),
    )
  }
}
