import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Region, RegionPage, RegionQuery } from '../../estate/schema.ts'
import { IdParams } from '../../http/schema.ts'
import { RegionPatch, SummaryList, SummaryQuery } from '../admin-schema.ts'
import type { Regions } from './regions.ts'
import type { Summary } from './summary.ts'

const tags = ['regions']

export function regionRoutes({
  regions,
  summary,
}: {
  regions: Regions
  summary: Summary
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/regions', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'Regions', querystring: RegionQuery, response: { 200: RegionPage } },
      handler: (request) => regions.list(request.viewer, request.query),
    })

    app.get('/regions/:id', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'A region', params: IdParams, response: { 200: Region } },
      handler: (request) => regions.detail(request.viewer, request.params.id),
    })

    app.patch('/regions/:id', {
      config: { permission: 'identity.write' },
      schema: {
        tags,
        summary: 'Say who manages a region',
        params: IdParams,
        body: RegionPatch,
        response: { 200: Region },
      },
      handler: ({ viewer, params, body }) =>
        regions.manage(viewer, params.id, body.managingParentId, body.reason),
    })

    app.get('/summary', {
      config: { permission: 'state.aggregate' },
      schema: {
        tags,
        summary: 'Sums of the regions below one',
        querystring: SummaryQuery,
        response: { 200: SummaryList },
      },
      handler: (request) => summary.below(request.viewer, request.query.regionId),
    })
  }
}
