import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import {
  CalendarQuery,
  MaintenanceWindow,
  NewWindow,
  WindowCalendar,
  WindowPage,
  WindowPatch,
  WindowPreview,
  WindowQuery,
} from './schema.ts'
import type { WindowService } from './service.ts'

const tags = ['windows']
const read = { permission: 'windows.read' } as const
const write = { permission: 'windows.write' } as const

export function windowRoutes(windows: WindowService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/windows', {
      config: read,
      schema: { tags, summary: 'Maintenance windows: running, coming, over', querystring: WindowQuery, response: { 200: WindowPage } }, // prettier-ignore
      handler: ({ viewer, query }) => windows.list(viewer, query),
    })

    app.get('/windows/calendar', {
      config: read,
      schema: { tags, summary: 'Occurrences within a period', querystring: CalendarQuery, response: { 200: WindowCalendar } }, // prettier-ignore
      handler: async ({ viewer, query }) => windows.calendar(viewer, query),
    })

    app.get('/windows/:id', {
      config: read,
      schema: { tags, summary: 'A window', params: IdParams, response: { 200: MaintenanceWindow } },
      handler: ({ viewer, params }) => windows.get(viewer, params.id),
    })

    app.post('/windows', {
      config: write,
      schema: {
        tags,
        summary: 'Announce maintenance',
        body: NewWindow,
        response: { 201: MaintenanceWindow },
      },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await windows.create(viewer, body)),
    })

    app.post('/windows/preview', {
      config: write,
      schema: { tags, summary: 'What a window would do', body: NewWindow, response: { 200: WindowPreview } },
      handler: async ({ viewer, body }) => windows.preview(viewer, body),
    })

    app.patch('/windows/:id', {
      config: write,
      schema: { tags, summary: 'Change or extend a window', params: IdParams, body: WindowPatch, response: { 200: MaintenanceWindow } }, // prettier-ignore
      handler: ({ viewer, params, body }) => windows.change(viewer, params.id, body),
    })

    app.post('/windows/:id/cancel', {
      config: write,
      schema: { tags, summary: 'End a window now, or before it begins', params: IdParams, response: { 200: MaintenanceWindow } }, // prettier-ignore
      handler: ({ viewer, params }) => windows.cancel(viewer, params.id),
    })
  }
}
