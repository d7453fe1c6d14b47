import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import type { Assessor } from './assessing.ts'
import type { ChangePlanning } from './planning.ts'
import type { ChangeService } from './service.ts'
import { ChangeDetail, ChangePage, ChangePatch, ChangeQuery, NewChange } from './ticket-schema.ts'
import {
  Assessment,
  ChangeModel,
  ChangePlan,
  Freeze,
  FreezePage,
  FreezeQuery,
  ModelApproval,
  ModelPage,
  ModelPatch,
  ModelQuery,
  NewFreeze,
  NewModel,
  PlanCalendar,
  PlanQuery,
} from './schema.ts'

const tags = ['changes']
const read = { permission: 'changes.read' } as const
const write = { permission: 'changes.write' } as const
const rules = { permission: 'desk.rules' } as const

export interface ChangeRoutesDeps {
  assessor: Assessor
  planning: ChangePlanning
  changes: ChangeService
}

export function changeRoutes({ assessor, planning, changes }: ChangeRoutesDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/changes/calendar', {
      config: read,
      schema: { tags, summary: 'Windows, freezes, bookings and changes within a period', querystring: PlanQuery, response: { 200: PlanCalendar } }, // prettier-ignore
      handler: ({ viewer, query }) => planning.calendar(viewer, query),
    })

    app.post('/changes/preview', {
      config: write,
      schema: { tags, summary: 'Risk, impact and conflicts of a plan', body: ChangePlan, response: { 200: Assessment } }, // prettier-ignore
      handler: ({ viewer, body }) => assessor.assess(viewer, body),
    })

    app.get('/changes/tickets', {
      config: read,
      schema: { tags, summary: 'Changes, newest first', querystring: ChangeQuery, response: { 200: ChangePage } }, // prettier-ignore
      handler: ({ viewer, query }) => changes.list(viewer, query),
    })

    app.post('/changes', {
      config: write,
      schema: { tags, summary: 'Draft a change', body: NewChange, response: { 201: ChangeDetail } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await changes.create(viewer, body)),
    })

    app.get('/changes/:id', {
      config: read,
      schema: { tags, summary: 'A change', params: IdParams, response: { 200: ChangeDetail } },
      handler: ({ viewer, params }) => changes.get(viewer, params.id),
    })

    app.patch('/changes/:id', {
      config: write,
      schema: { tags, summary: 'Alter a draft, or the time of a change', params: IdParams, body: ChangePatch, response: { 200: ChangeDetail } }, // prettier-ignore
      handler: ({ viewer, params, body }) => changes.change(viewer, params.id, body),
    })

    app.get('/changes/freezes', {
      config: read,
      schema: { tags, summary: 'Freezes that run or come', querystring: FreezeQuery, response: { 200: FreezePage } }, // prettier-ignore
      handler: ({ viewer, query }) => planning.freezes(viewer, query),
    })

    app.post('/changes/freezes', {
      config: rules,
      schema: { tags, summary: 'Announce a freeze', body: NewFreeze, response: { 201: Freeze } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await planning.freeze(viewer, body)),
    })

    app.delete('/changes/freezes/:id', {
      config: rules,
      schema: { tags, summary: 'Lift a freeze', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await planning.thaw(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/changes/models', {
      config: read,
      schema: { tags, summary: 'Models of standard changes', querystring: ModelQuery, response: { 200: ModelPage } }, // prettier-ignore
      handler: ({ viewer, query }) => planning.models(viewer, query),
    })

    app.post('/changes/models', {
      config: write,
      schema: { tags, summary: 'Draft a model', body: NewModel, response: { 201: ChangeModel } },
      handler: async ({ viewer, body }, reply) =>
        reply.code(201).send(await planning.createModel(viewer, body)),
    })

    app.patch('/changes/models/:id', {
      config: write,
      schema: { tags, summary: 'Change a model, which is approved anew', params: IdParams, body: ModelPatch, response: { 200: ChangeModel } }, // prettier-ignore
      handler: ({ viewer, params, body }) => planning.changeModel(viewer, params.id, body),
    })

    app.post('/changes/models/:id/approve', {
      config: rules,
      schema: { tags, summary: 'Approve a model as it was read', params: IdParams, body: ModelApproval, response: { 200: ChangeModel } }, // prettier-ignore
      handler: ({ viewer, params, body }) => planning.approveModel(viewer, params.id, body),
    })

    app.delete('/changes/models/:id', {
      config: write,
      schema: { tags, summary: 'Put a model away', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await planning.archiveModel(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
