/** Ready answers and saved views. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import type { Answers } from './answers.ts'
import type { Views } from './saved-views.ts'
import * as shape from './schema-answers.ts'

const tags = ['desk']
const read = { permission: 'desk.read' } as const
const write = { permission: 'desk.write' } as const
const gone = { 204: Type.Null() }

export function deskAnswerRoutes(answers: Answers): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/desk/canned-answers', {
      config: write,
      schema: { tags, summary: 'Ready answers', querystring: shape.CannedQuery, response: { 200: shape.CannedPage } }, // prettier-ignore
      handler: ({ viewer, query }) => answers.list(viewer, query),
    })

    app.post('/desk/canned-answers', {
      config: write,
      schema: { tags, summary: 'Keep an answer ready', body: shape.NewCannedAnswer, response: { 201: shape.CannedAnswer } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await answers.create(viewer, body)),
    })

    app.patch('/desk/canned-answers/:id', {
      config: write,
      schema: { tags, summary: 'Change a ready answer', params: IdParams, body: shape.CannedPatch, response: { 200: shape.CannedAnswer } }, // prettier-ignore
      handler: ({ viewer, params, body }) => answers.update(viewer, params.id, body),
    })

    app.delete('/desk/canned-answers/:id', {
      config: write,
      schema: { tags, summary: 'Put a ready answer away', params: IdParams, response: gone },
      handler: async ({ viewer, params }, reply) => {
        await answers.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/tickets/:id/canned-answers', {
      config: write,
      schema: { tags, summary: 'Ready answers, filled for a ticket', params: IdParams, response: { 200: shape.FilledAnswers } }, // prettier-ignore
      handler: async ({ viewer, params }) => ({ items: await answers.forTicket(viewer, params.id) }),
    })
  }
}

export function savedViewRoutes(views: Views): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/desk/views', {
      config: read,
      schema: { tags, summary: 'Saved views, one’s own and one’s teams’', querystring: shape.ViewQuery, response: { 200: shape.SavedViews } }, // prettier-ignore
      handler: async ({ viewer, query }) => ({ items: await views.list(viewer, query.page) }),
    })

    app.post('/desk/views', {
      config: read,
      schema: { tags, summary: 'Save a view', body: shape.NewView, response: { 201: shape.SavedView } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await views.create(viewer, body)),
    })

    app.patch('/desk/views/:id', {
      config: read,
      schema: { tags, summary: 'Change a saved view', params: IdParams, body: shape.ViewPatch, response: { 200: shape.SavedView } }, // prettier-ignore
      handler: ({ viewer, params, body }) => views.update(viewer, params.id, body),
    })

    app.delete('/desk/views/:id', {
      config: read,
      schema: { tags, summary: 'Forget a saved view', params: IdParams, response: gone },
      handler: async ({ viewer, params }, reply) => {
        await views.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
