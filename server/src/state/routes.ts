import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import {
  Availability,
  Bands,
  BandsQuery,
  History,
  HistoryQuery,
  StateChangePage,
  StateChangeQuery,
} from './schema.ts'
import type { StateService } from './service.ts'

const kinds = {
  links: 'link',
  circuits: 'circuit',
  devices: 'device',
  sites: 'site',
  checks: 'check',
  services: 'service',
  rooms: 'room',
} as const
const measured = {
  links: 'link',
  circuits: 'circuit',
  devices: 'device',
  checks: 'check',
  services: 'service',
} as const

export function stateRoutes({ state }: { state: StateService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { permission: 'state.read' } as const
    const tags = ['state']

    for (const [path, type] of Object.entries(kinds)) {
      app.get(
        `/${path}/:id/history`,
        {
          config,
          schema: {
            tags,
            summary: `States of a ${type} over time`,
            params: IdParams,
            querystring: HistoryQuery,
            response: { 200: History },
          },
        },
        ({ viewer, params, query }) => state.history(viewer, type, params.id, query.from, query.until),
      )
    }

    for (const [path, type] of Object.entries(measured)) {
      app.get(
        `/${path}/:id/availability`,
        {
          config,
          schema: {
            tags,
            summary: `Availability of a ${type}, from its history`,
            params: IdParams,
            querystring: HistoryQuery,
            response: { 200: Availability },
          },
        },
        ({ viewer, params, query }) => state.availability(viewer, type, params.id, query.from, query.until),
      )
    }

    app.get(
      '/links/bands',
      {
        config,
        schema: {
          tags,
          summary: 'States of all links over time',
          querystring: BandsQuery,
          response: { 200: Bands },
        },
      },
      ({ viewer, query }) => state.bands(viewer, query.from, query.until, query.regionId),
    )

    app.get(
      '/changes',
      {
        config,
        schema: {
          tags,
          summary: 'Changes of state, newest first',
          querystring: StateChangeQuery,
          response: { 200: StateChangePage },
        },
      },
      ({ viewer, query }) => state.changes(viewer, query),
    )
  }
}
