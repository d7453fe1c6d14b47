import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import {
  Check,
  CheckCollectors,
  CheckCountQuery,
  CheckCounts,
  CheckJobs,
  CheckPage,
  CheckPatch,
  CheckQuery,
  CheckTrial,
  NewCheck,
} from './schema.ts'
import type { CheckService } from './service.ts'

const tags = ['checks']
const read = { permission: 'checks.read' } as const
const write = { permission: 'checks.write' } as const

export function checkRoutes(checks: CheckService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/checks', {
      config: read,
      schema: { tags, summary: 'Checks, worst first', querystring: CheckQuery, response: { 200: CheckPage } },
      handler: ({ viewer, query }) => checks.list(viewer, query),
    })

    app.get('/checks/counts', {
      config: read,
      schema: {
        tags,
        summary: 'Checks by state',
        querystring: CheckCountQuery,
        response: { 200: CheckCounts },
      },
      handler: ({ viewer, query }) => checks.counts(viewer, query),
    })

    app.get('/checks/collectors', {
      config: write,
      schema: { tags, summary: 'Collectors that may run a check', response: { 200: CheckCollectors } },
      handler: ({ viewer }) => checks.collectors(viewer),
    })

    app.get('/checks/:id', {
      config: read,
      schema: { tags, summary: 'A check and how it stands', params: IdParams, response: { 200: Check } },
      handler: ({ viewer, params }) => checks.get(viewer, params.id),
    })

    app.post('/checks', {
      config: write,
      schema: { tags, summary: 'Add a check', body: NewCheck, response: { 201: Check } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await checks.create(viewer, body)),
    })

    app.patch('/checks/:id', {
      config: write,
      schema: {
        tags,
        summary: 'Change a check',
        params: IdParams,
        body: CheckPatch,
        response: { 200: Check },
      },
      handler: ({ viewer, params, body }) => checks.change(viewer, params.id, body),
    })

    app.delete('/checks/:id', {
      config: write,
      schema: { tags, summary: 'Archive a check', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await checks.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/checks/:id/run', {
      config: write,
      schema: { tags, summary: 'Run a check now, at each of its collectors', params: IdParams, response: { 202: CheckJobs } }, // prettier-ignore
      handler: async ({ viewer, params }, reply) => reply.code(202).send(await checks.run(viewer, params.id)),
    })

    app.post('/checks/try', {
      config: write,
      schema: { tags, summary: 'Run a check once that is not kept yet', body: CheckTrial, response: { 202: CheckJobs } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) => reply.code(202).send(await checks.try(viewer, body)),
    })
  }
}
