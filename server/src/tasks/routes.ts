import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { MyTasksQuery, TaskPage, TaskPatch, Tasks } from './schema.ts'
import type { TaskService } from './service.ts'

const tags = ['tasks']

export function taskRoutes(tasks: TaskService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/tasks', {
      config: { permission: 'identity.self', answers: ['viewing'] },
      schema: { tags, summary: 'What is mine to do now', querystring: MyTasksQuery, response: { 200: TaskPage } }, // prettier-ignore
      handler: ({ viewer, query }) => tasks.mine(viewer, query),
    })

    app.get('/tickets/:id/tasks', {
      config: { permission: 'desk.read' },
      schema: { tags, summary: 'The tasks of a ticket', params: IdParams, response: { 200: Tasks } },
      handler: ({ viewer, params }) => tasks.ofTicket(viewer, params.id),
    })

    app.patch('/tasks/:id', {
      config: { permission: 'desk.write' },
      schema: { tags, summary: 'Done, skipped, reopened, given to somebody', params: IdParams, body: TaskPatch, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) => {
        await tasks.change(viewer, params.id, body)
        return reply.code(204).send(null)
      },
    })
  }
}
