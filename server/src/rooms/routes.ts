import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import { NewRack, NewRoom, Placing, RackPatch, Room, RoomPage, RoomPatch, RoomQuery } from './schema.ts'
import type { RoomService } from './service.ts'

const tags = ['rooms']
const read = { permission: 'relations.read' } as const
const write = { permission: 'relations.write' } as const
const PlacedParams = Type.Object({ id: IdParams.properties.id, deviceId: IdParams.properties.id })

export function roomRoutes(rooms: RoomService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/rooms', {
      config: read,
      schema: {
        tags,
        summary: 'Machine rooms, worst first',
        querystring: RoomQuery,
        response: { 200: RoomPage },
      },
      handler: ({ viewer, query }) => rooms.list(viewer, query),
    })

    app.get('/rooms/:id', {
      config: read,
      schema: { tags, summary: 'A room: power, air, racks', params: IdParams, response: { 200: Room } },
      handler: ({ viewer, params }) => rooms.get(viewer, params.id),
    })

    app.post('/rooms', {
      config: write,
      schema: { tags, summary: 'Add a room', body: NewRoom, response: { 201: Room } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await rooms.create(viewer, body)),
    })

    app.patch('/rooms/:id', {
      config: write,
      schema: { tags, summary: 'Change a room', params: IdParams, body: RoomPatch, response: { 200: Room } },
      handler: ({ viewer, params, body }) => rooms.change(viewer, params.id, body),
    })

    app.delete('/rooms/:id', {
      config: write,
      schema: { tags, summary: 'Archive a room', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await rooms.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/rooms/:id/racks', {
      config: write,
      schema: {
        tags,
        summary: 'Add a rack to a room',
        params: IdParams,
        body: NewRack,
        response: { 201: Room },
      },
      handler: async ({ viewer, params, body }, reply) =>
        reply.code(201).send(await rooms.addRack(viewer, params.id, body)),
    })

    app.patch('/racks/:id', {
      config: write,
      schema: { tags, summary: 'Change a rack', params: IdParams, body: RackPatch, response: { 200: Room } },
      handler: ({ viewer, params, body }) => rooms.changeRack(viewer, params.id, body),
    })

    app.delete('/racks/:id', {
      config: write,
      schema: { tags, summary: 'Archive a rack', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await rooms.archiveRack(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.put('/rooms/:id/devices', {
      config: write,
      schema: { tags, summary: 'Put a device into a room or one of its racks', params: IdParams, body: Placing, response: { 200: Room } }, // prettier-ignore
      handler: ({ viewer, params, body }) => rooms.place(viewer, params.id, body),
    })

    app.delete('/rooms/:id/devices/:deviceId', {
      config: write,
      schema: { tags, summary: 'Take a device out of a room', params: PlacedParams, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params }, reply) => {
        await rooms.takeOut(viewer, params.id, params.deviceId)
        return reply.code(204).send(null)
      },
    })
  }
}
