import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import type { DeviceService, Look } from './device-service.ts'
import type { CircuitService } from './circuit-service.ts'
import type { LinkService } from './link-service.ts'
import {
  CircuitPatch,
  NewCircuit,
  DeviceDetail,
  DevicePage,
  DevicePatch,
  DeviceQuery,
  InterfacePage,
  InterfaceQuery,
  LinkDetail,
  LinkPage,
  LinkQuery,
  NewDevice,
  NewLink,
  SensorPage,
  SensorQuery,
  Site,
  SitePage,
  SiteQuery,
} from './schema.ts'
import type { EstateService } from './service.ts'

export interface EstateRoutesDeps {
  estate: EstateService
  devices: DeviceService
  links: LinkService
  circuits: CircuitService
}

const tags = ['estate']
const read = { permission: 'estate.read' } as const
const write = { permission: 'estate.write' } as const
const looks: Record<Look, string> = { poll: 'Poll a device now', discover: 'Discover a device anew now' }

export function estateRoutes({
  estate,
  devices,
  links,
  circuits,
}: EstateRoutesDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/sites', {
      config: read,
      schema: { tags, summary: 'Sites', querystring: SiteQuery, response: { 200: SitePage } },
      handler: (request) => estate.sites(request.viewer, request.query),
    })

    app.get('/sites/:id', {
      config: read,
      schema: { tags, summary: 'A site', params: IdParams, response: { 200: Site } },
      handler: (request) => estate.site(request.viewer, request.params.id),
    })

    app.get('/devices', {
      config: read,
      schema: { tags, summary: 'Devices', querystring: DeviceQuery, response: { 200: DevicePage } },
      handler: (request) => estate.devices(request.viewer, request.query),
    })

    app.get('/devices/:id', {
      config: read,
      schema: { tags, summary: 'A device', params: IdParams, response: { 200: DeviceDetail } },
      handler: (request) => estate.device(request.viewer, request.params.id),
    })

    app.post('/devices', {
      config: write,
      schema: {
        tags,
        summary: 'Add a device by address; with force=true also one that does not answer',
        querystring: Type.Object({ force: Type.Optional(Type.Boolean({ default: false })) }),
        body: NewDevice,
        response: { 201: DeviceDetail },
      },
      handler: async (request, reply) =>
        reply.code(201).send(await devices.add(request.viewer, request.body, request.query.force ?? false)),
    })

    app.patch('/devices/:id', {
      config: write,
      schema: {
        tags,
        summary: 'Change a device',
        params: IdParams,
        body: DevicePatch,
        response: { 200: DeviceDetail },
      },
      handler: (request) => devices.change(request.viewer, request.params.id, request.body),
    })

    app.delete('/devices/:id', {
      config: write,
      schema: { tags, summary: 'Archive a device', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await devices.archive(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })

    for (const [how, summary] of Object.entries(looks)) {
      app.post(`/devices/:id/${how}`, {
        config: write,
        schema: {
          tags,
          summary,
          params: IdParams,
          response: { 202: Type.Object({ jobId: Type.String() }) },
        },
        handler: async ({ viewer, params }, reply) =>
          reply.code(202).send({ jobId: await devices.look(viewer, how as Look, params.id) }),
      })
    }

    app.get('/interfaces', {
      config: read,
      schema: { tags, summary: 'Interfaces', querystring: InterfaceQuery, response: { 200: InterfacePage } },
      handler: (request) => estate.interfaces(request.viewer, request.query),
    })

    app.get('/sensors', {
      config: read,
      schema: {
        tags,
        summary: 'Sensors of a device',
        querystring: SensorQuery,
        response: { 200: SensorPage },
      },
      handler: (request) => estate.sensors(request.viewer, request.query),
    })

    app.get('/links', {
      config: read,
      schema: { tags, summary: 'Links', querystring: LinkQuery, response: { 200: LinkPage } },
      handler: (request) => estate.links(request.viewer, request.query),
    })

    app.get('/links/:id', {
      config: read,
      schema: { tags, summary: 'A link with its evidence', params: IdParams, response: { 200: LinkDetail } },
      handler: (request) => links.detail(request.viewer, request.params.id),
    })

    app.post('/links', {
      config: write,
      schema: { tags, summary: 'Add a link and its circuits', body: NewLink, response: { 201: LinkDetail } },
      handler: async (request, reply) =>
        reply.code(201).send(await links.create(request.viewer, request.body)),
    })

    app.post('/links/:id/circuits', {
      config: write,
      schema: { tags, summary: 'Add a circuit to a link, the last to carry it', params: IdParams, body: NewCircuit, response: { 201: LinkDetail } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) => {
        await circuits.add(viewer, params.id, body)
        return reply.code(201).send(await links.detail(viewer, params.id))
      },
    })

    app.patch('/circuits/:id', {
      config: write,
      schema: { tags, summary: 'Change what is recorded of a circuit', params: IdParams, body: CircuitPatch, response: { 200: LinkDetail } }, // prettier-ignore
      handler: async ({ viewer, params, body }) =>
        links.detail(viewer, await circuits.change(viewer, params.id, body)),
    })
  }
}
