import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import {
  KnownErrors,
  NewProblem,
  ProblemDetail,
  ProblemPage,
  ProblemPatch,
  ProblemQuery,
  ProblemSuggestions,
  SuggestionQuery,
} from './schema.ts'
import type { ProblemService } from './service.ts'

const tags = ['problems']
const read = { permission: 'desk.read' } as const
const write = { permission: 'desk.write' } as const

export function problemRoutes(problems: ProblemService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/problems', {
      config: read,
      schema: { tags, summary: 'Problems, newest first', querystring: ProblemQuery, response: { 200: ProblemPage } }, // prettier-ignore
      handler: ({ viewer, query }) => problems.list(viewer, query),
    })

    app.get('/problems/suggestions', {
      config: write,
      schema: { tags, summary: 'Incidents that may have one cause', querystring: SuggestionQuery, response: { 200: ProblemSuggestions } }, // prettier-ignore
      handler: async ({ viewer, query }) => ({ items: await problems.suggestions(viewer, query.days) }),
    })

    app.post('/problems', {
      config: write,
      schema: { tags, summary: 'Open a problem, for incidents or by itself', body: NewProblem, response: { 201: ProblemDetail } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await problems.create(viewer, body)),
    })

    app.get('/problems/:id', {
      config: read,
      schema: { tags, summary: 'A problem', params: IdParams, response: { 200: ProblemDetail } },
      handler: ({ viewer, params }) => problems.get(viewer, params.id),
    })

    app.patch('/problems/:id', {
      config: write,
      schema: { tags, summary: 'Write down its cause or its workaround', params: IdParams, body: ProblemPatch, response: { 200: ProblemDetail } }, // prettier-ignore
      handler: ({ viewer, params, body }) => problems.change(viewer, params.id, body),
    })

    app.get('/tickets/:id/known-errors', {
      config: read,
      schema: { tags, summary: 'Known errors that fit an incident', params: IdParams, response: { 200: KnownErrors } }, // prettier-ignore
      handler: async ({ viewer, params }) => ({ items: await problems.knownFor(viewer, params.id) }),
    })
  }
}
