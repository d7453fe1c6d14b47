import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schema.ts'
import { Booking, BookingPage, BookingPatch, BookingPreview, BookingQuery, NewBooking } from './schema.ts'
import type { BookingService } from './service.ts'

const tags = ['bookings']
const read = { permission: 'changes.read' } as const
const write = { permission: 'changes.write' } as const

export function bookingRoutes(bookings: BookingService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/bookings', {
      config: read,
      schema: { tags, summary: 'Video conferences, in order of time', querystring: BookingQuery, response: { 200: BookingPage } }, // prettier-ignore
      handler: ({ viewer, query }) => bookings.list(viewer, query),
    })

    app.get('/bookings/:id', {
      config: read,
      schema: { tags, summary: 'A booking', params: IdParams, response: { 200: Booking } },
      handler: ({ viewer, params }) => bookings.get(viewer, params.id),
    })

    app.post('/bookings', {
      config: write,
      schema: { tags, summary: 'Book a video conference', body: NewBooking, response: { 201: Booking } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await bookings.create(viewer, body)),
    })

    app.post('/bookings/preview', {
      config: write,
      schema: { tags, summary: 'What speaks against a booking', body: NewBooking, response: { 200: BookingPreview } }, // prettier-ignore
      handler: ({ viewer, body }) => bookings.preview(viewer, body),
    })

    app.patch('/bookings/:id', {
      config: write,
      schema: { tags, summary: 'Change a booking', params: IdParams, body: BookingPatch, response: { 200: Booking } }, // prettier-ignore
      handler: ({ viewer, params, body }) => bookings.change(viewer, params.id, body),
    })

    app.post('/bookings/:id/cancel', {
      config: write,
      schema: { tags, summary: 'Cancel a booking', params: IdParams, response: { 200: Booking } },
      handler: ({ viewer, params }) => bookings.cancel(viewer, params.id),
    })
  }
}
