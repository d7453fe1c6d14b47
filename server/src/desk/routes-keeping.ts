/** Tags, watchers, fields, and many tickets at once. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { languageOf } from '../http/problem-messages.ts'
import { IdParams } from '../http/schema.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Workers, Bulk } from './bulk.ts'
import * as shape from './schema-keeping.ts'
import { TicketDetail } from './schema.ts'
import type { Tell } from './together.ts'

const tags = ['desk']
const read = { permission: 'desk.read' } as const
const write = { permission: 'desk.write' } as const
const detail = { 200: TicketDetail }

export interface KeepingDeps extends Workers {
  bulk: Bulk
  tell: Tell
  tellAll(ids: string[]): void
}

export function deskKeepingRoutes(deps: KeepingDeps): FastifyPluginAsyncTypebox {
  const { keeping, amending, bulk, tell, tellAll } = deps
  return async (app) => {
    app.patch('/tickets/:id', {
      config: write,
      schema: { tags, summary: 'Correct its fields', params: IdParams, body: shape.TicketPatch, response: detail }, // prettier-ignore
      handler: async ({ viewer, params, body }) => {
        await amending.patch(viewer, params.id, body)
        return tell(viewer, params.id)
      },
    })

    app.put('/tickets/:id/tags', {
      config: write,
      schema: { tags, summary: 'Set its tags', params: IdParams, body: shape.SetTags, response: detail },
      handler: async ({ viewer, params, body }) => {
        await keeping.setTags(viewer, params.id, body)
        return tell(viewer, params.id)
      },
    })

    app.get('/desk/tags', {
      config: write,
      schema: { tags, summary: 'Tags in use', querystring: shape.TagQuery, response: { 200: shape.TagList } },
      handler: async ({ query }) => ({ items: await keeping.tagsFrom(query.q) }),
    })

    const watching =
      (watches: boolean) =>
      async ({ viewer, params }: { viewer: Viewer; params: { id: string; userId: string } }) => {
        await keeping.watch(viewer, params.id, params.userId, watches)
        return tell(viewer, params.id)
      }
    app.put('/tickets/:id/watchers/:userId', {
      config: read,
      schema: { tags, summary: 'Watch it, or let somebody', params: shape.WatcherParams, response: detail },
      handler: watching(true),
    })

    app.delete('/tickets/:id/watchers/:userId', {
      config: read,
      schema: { tags, summary: 'Watch it no longer', params: shape.WatcherParams, response: detail },
      handler: watching(false),
    })

    app.post('/tickets/bulk', {
      config: write,
      schema: { tags, summary: 'One act on many tickets', body: shape.Bulk, response: { 200: shape.BulkResults } }, // prettier-ignore
      handler: async ({ viewer, body, headers }) => {
        const results = await bulk.run(viewer, body.ids, body.act, languageOf(headers['accept-language']))
        tellAll(results.filter(({ ok }) => ok).map(({ id }) => id))
        return { results }
      },
    })
  }
}
