import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { LogPage, LogQuery, LogRule, LogRulePatch, LogRules, NewLogRule } from './schema.ts'
import type { ListeningService } from './service.ts'

const tags = ['listening']
const read = { permission: 'listening.read' } as const
const write = { permission: 'listening.write' } as const

export function listeningRoutes(listening: ListeningService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/logs', {
      config: read,
      schema: {
        tags,
        summary: 'Traps, informs and syslog, newest first',
        querystring: LogQuery,
        response: { 200: LogPage },
      },
      handler: ({ viewer, query }) => listening.search(viewer, query),
    })

    app.get('/log-rules', {
      config: read,
      schema: { tags, summary: 'What is made of them, in order', response: { 200: LogRules } },
      handler: ({ viewer }) => listening.listRules(viewer),
    })

    app.post('/log-rules', {
      config: write,
      schema: { tags, summary: 'Add a rule', body: NewLogRule, response: { 201: LogRule } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await listening.addRule(viewer, body)),
    })

    app.patch('/log-rules/:id', {
      config: write,
      schema: {
        tags,
        summary: 'Change a rule',
        params: IdParams,
        body: LogRulePatch,
        response: { 200: LogRule },
      },
      handler: ({ viewer, params, body }) => listening.changeRule(viewer, params.id, body),
    })

    app.delete('/log-rules/:id', {
      config: write,
      schema: { tags, summary: 'Archive a rule', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await listening.archiveRule(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
