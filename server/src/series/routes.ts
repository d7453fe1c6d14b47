import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { languageOf } from '../http/problem-messages.ts'
import {
  LastAnswer,
  LastQuery,
  PercentileAnswer,
  PercentileQuery,
  SeriesAnswer,
  SeriesFileQuery,
  SeriesQuery,
  SeriesStatus,
  TopAnswer,
  TopQuery,
  VolumeAnswer,
  VolumeQuery,
} from './schema.ts'
import type { SeriesService } from './service.ts'

const tags = ['series']
const config = { permission: 'series.read' } as const
const csvType = 'text/csv; charset=utf-8'

export function seriesRoutes({ series }: { series: SeriesService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/series', {
      config,
      schema: {
        tags,
        summary: 'Measured values over time, thinned',
        querystring: SeriesQuery,
        response: { 200: SeriesAnswer },
      },
      handler: async (request) => ({ items: await series.read(request.viewer, request.query) }),
    })

    app.get('/series.csv', {
      config,
      schema: {
        tags,
        summary: 'Measured values over time, as a spreadsheet reads them',
        querystring: SeriesFileQuery,
        produces: [csvType],
        response: { 200: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) },
      },
      handler: async (request, reply) => {
        const language = languageOf(request.headers['accept-language'])
        const file = await series.csv(request.viewer, request.query, language)
        return reply
          .type(csvType)
          .header('content-language', language)
          .header('content-disposition', 'attachment; filename="zongheng-series.csv"')
          .send(file)
      },
    })

    app.get('/series/last', {
      config,
      schema: {
        tags,
        summary: 'The newest values of many',
        querystring: LastQuery,
        response: { 200: LastAnswer },
      },
      handler: async (request) => ({ items: await series.last(request.viewer, request.query) }),
    })

    app.get('/series/top', {
      config,
      schema: {
        tags,
        summary: 'The highest within the scope: the busiest interfaces or circuits of a region',
        querystring: TopQuery,
        response: { 200: TopAnswer },
      },
      handler: (request) => series.top(request.viewer, request.query),
    })

    app.get('/series/volume', {
      config,
      schema: {
        tags,
        summary: 'Octets that an interface or a circuit carried, to the octet',
        querystring: VolumeQuery,
        response: { 200: VolumeAnswer },
      },
      handler: (request) => series.volumes(request.viewer, request.query),
    })

    app.get('/series/percentile', {
      config,
      schema: {
        tags,
        summary: "The 95th percentile of a calendar month's 5-minute means, of all or of working hours",
        querystring: PercentileQuery,
        response: { 200: PercentileAnswer },
      },
      handler: (request) => series.percentile(request.viewer, request.query),
    })

    app.get('/series/status', {
      config: { permission: 'uplink.read' },
      schema: {
        tags,
        summary: 'Where measured values are kept, and how much room there is',
        response: { 200: SeriesStatus },
      },
      handler: () => series.status(),
    })
  }
}
