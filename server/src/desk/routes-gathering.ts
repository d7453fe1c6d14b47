/** Several tickets of one matter: major incidents, parents, merging, splitting, links. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { TicketDetail } from './schema.ts'
import * as shape from './schema-together.ts'
import type { Together } from './together.ts'

const tags = ['desk']

export function gatheringRoutes(together: Together): FastifyPluginAsyncTypebox {
  const { gathering, merging, linking, splitting, tell } = together
  return async (app) => {
    app.post('/tickets/:id/major', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Make it a major incident, or one like others again',
        params: IdParams,
        body: shape.Major,
        response: { 200: TicketDetail },
      },
      handler: async ({ viewer, params, body }) => {
        await gathering.setMajor(viewer, params.id, body)
        return tell(viewer, params.id, ...(await together.alongWith(params.id)))
      },
    })

    app.put('/tickets/:id/parent', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Put it under a major incident, a problem or a change',
        params: IdParams,
        body: shape.Parent,
        response: { 200: TicketDetail },
      },
      handler: async ({ viewer, params: { id }, body: { parentId } }) => {
        await gathering.setParent(viewer, id, parentId)
        return tell(viewer, id, parentId)
      },
    })

    app.delete('/tickets/:id/parent', {
      config: { permission: 'desk.write' },
      schema: { tags, summary: 'Let it stand for itself', params: IdParams, response: { 200: TicketDetail } },
      handler: async ({ viewer, params: { id } }) => {
        await gathering.setParent(viewer, id, null)
        return tell(viewer, id)
      },
    })

    app.post('/tickets/:id/merge', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'End it in favour of another, which gets its people and its children',
        params: IdParams,
        body: shape.Merge,
        response: { 200: TicketDetail },
      },
      handler: async ({ viewer, params: { id }, body: { intoId } }) => {
        await merging.merge(viewer, id, intoId)
        return tell(viewer, id, intoId)
      },
    })

    app.post('/tickets/:id/split', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Make a second ticket of it, with some of what was said',
        params: IdParams,
        body: shape.Split,
        response: { 201: TicketDetail },
      },
      handler: async ({ viewer, params: { id }, body }, reply) =>
        reply.code(201).send(await tell(viewer, await splitting.split(viewer, id, body), id)),
    })

    app.put('/tickets/:id/links/:otherId', {
      config: { permission: 'desk.write' },
      schema: {
        tags,
        summary: 'Link it to another',
        params: shape.LinkParams,
        body: shape.Link,
        response: { 200: TicketDetail },
      },
      handler: async ({ viewer, params: { id, otherId }, body }) => {
        await linking.link(viewer, id, otherId, body.kind)
        return tell(viewer, id, otherId)
      },
    })

    app.delete('/tickets/:id/links/:otherId', {
      config: { permission: 'desk.write' },
      schema: { tags, summary: 'Unlink the two', params: shape.LinkParams, response: { 200: TicketDetail } },
      handler: async ({ viewer, params: { id, otherId } }) => {
        await linking.unlink(viewer, id, otherId)
        return tell(viewer, id, otherId)
      },
    })
  }
}
