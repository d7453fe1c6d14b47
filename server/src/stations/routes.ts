import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { DeviceStations, FoundStations, StationQuery } from './schema.ts'
import type { StationService } from './service.ts'

const tags = ['estate']
const config = { permission: 'estate.read' } as const

export function stationRoutes({ stations }: { stations: StationService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/devices/:id/stations', {
      config,
      schema: {
        tags,
        summary: 'What hangs on its ports, as it last said',
        params: IdParams,
        response: { 200: DeviceStations },
      },
      handler: ({ viewer, params }) => stations.on(viewer, params.id),
    })

    app.get('/stations', {
      config,
      schema: {
        tags,
        summary: 'On which port a MAC or an address hangs',
        querystring: StationQuery,
        response: { 200: FoundStations },
      },
      handler: ({ viewer, query }) => stations.find(viewer, query),
    })
  }
}
