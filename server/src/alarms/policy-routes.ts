import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { IncidentPolicyList, IncidentPolicyPatch, IncidentPolicyView, NewIncidentPolicy } from './policy-schema.ts' // prettier-ignore
import type { IncidentPolicies } from './policy-service.ts'

const tags = ['alarms']
const read = { permission: 'conditions.read' } as const
const write = { permission: 'conditions.write' } as const
const RegionQuery = Type.Object({ regionId: Type.Optional(Type.String({ maxLength: 40 })) })

export function policyRoutes(policies: IncidentPolicies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/incident-policies', {
      config: read,
      schema: { tags, summary: 'Which alarms open an incident', querystring: RegionQuery, response: { 200: IncidentPolicyList } }, // prettier-ignore
      handler: ({ viewer, query }) => policies.list(viewer, query.regionId),
    })

    app.post('/incident-policies', {
      config: write,
      schema: { tags, summary: 'Add a policy', body: NewIncidentPolicy, response: { 201: IncidentPolicyView } }, // prettier-ignore
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await policies.create(viewer, body)),
    })

    app.patch('/incident-policies/:id', {
      config: write,
      schema: { tags, summary: 'Change a policy', params: IdParams, body: IncidentPolicyPatch, response: { 200: IncidentPolicyView } }, // prettier-ignore
      handler: ({ viewer, params, body }) => policies.change(viewer, params.id, body),
    })

    app.delete('/incident-policies/:id', {
      config: write,
      schema: { tags, summary: 'Remove a policy', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await policies.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
