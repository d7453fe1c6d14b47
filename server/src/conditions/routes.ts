import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import {
  DefaultConditionPage,
  EffectivePage,
  EffectiveQuery,
  NewRule,
  PageQuery,
  Rule,
  RulePage,
  RulePatch,
  RuleQuery,
  Trial,
  TrialPart,
} from './schema.ts'
import type { ConditionService } from './service.ts'

const tags = ['conditions']
const read = { permission: 'conditions.read' } as const
const write = { permission: 'conditions.write' } as const

export function conditionRoutes(conditions: ConditionService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/conditions', {
      config: read,
      schema: {
        tags,
        summary: 'What is judged by rules, as the product comes',
        querystring: PageQuery,
        response: { 200: DefaultConditionPage },
      },
      handler: ({ viewer, query }) => conditions.defaults(viewer, query),
    })

    app.get('/conditions/effective', {
      config: read,
      schema: {
        tags,
        summary: 'What a thing and its parts are held to, and which rule says so',
        querystring: EffectiveQuery,
        response: { 200: EffectivePage },
      },
      handler: ({ viewer, query }) => conditions.effective(viewer, query),
    })

    app.get('/conditions/rules', {
      config: read,
      schema: {
        tags,
        summary: 'Rules of these regions, and those from above that reach down to them',
        querystring: RuleQuery,
        response: { 200: RulePage },
      },
      handler: ({ viewer, query }) => conditions.rules(viewer, query),
    })

    app.post('/conditions/rules', {
      config: write,
      schema: { tags, summary: 'Add a rule', body: NewRule, response: { 201: Rule } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await conditions.create(viewer, body)),
    })

    app.patch('/conditions/rules/:id', {
      config: write,
      schema: { tags, summary: 'Change a rule', params: IdParams, body: RulePatch, response: { 200: Rule } },
      handler: ({ viewer, params, body }) => conditions.change(viewer, params.id, body),
    })

    app.delete('/conditions/rules/:id', {
      config: write,
      schema: { tags, summary: 'Archive a rule', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await conditions.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/conditions/try', {
      config: write,
      schema: {
        tags,
        summary: 'What a rule would have told of the last days, part by part',
        body: Trial,
        response: { 200: TrialPart },
      },
      handler: ({ viewer, body }) => conditions.try(viewer, body),
    })
  }
}
