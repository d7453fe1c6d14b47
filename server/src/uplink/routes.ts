import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  Collector,
  CollectorDetail,
  CollectorList,
  CollectorPatch,
  CollectorReleaseList,
  CollectorToken,
  Enrol,
  Enrolled,
  NewCollector,
  Upgrade,
} from './schema.ts'
import type { Releases } from './releases.ts'
import type { UplinkService } from './service.ts'

const Id = Type.Object({ id: Type.String({ maxLength: 40 }) })

export function uplinkRoutes({
  uplink,
  releases,
}: {
  uplink: UplinkService
  releases: Pick<Releases, 'list'>
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['uplink']
    const [read, write] = [{ permission: 'uplink.read' }, { permission: 'uplink.write' }] as const

    app.get(
      '/collectors',
      {
        config: read,
        schema: { tags, summary: 'Collectors and how they fare', response: { 200: CollectorList } },
      },
      ({ viewer }) => uplink.list(viewer),
    )

    app.post(
      '/collectors',
      {
        config: write,
        schema: {
          tags,
          summary: 'Expect a collector: answers its single-use token, good for a day',
          body: NewCollector,
          response: { 201: CollectorToken },
        },
      },
      async ({ viewer, body }, reply) => reply.code(201).send(await uplink.invite(viewer, body)),
    )

    app.get(
      '/collectors/:id',
      {
        config: read,
        schema: { tags, summary: 'One collector', params: Id, response: { 200: CollectorDetail } },
      },
      ({ viewer, params }) => uplink.get(viewer, params.id),
    )

    app.patch(
      '/collectors/:id',
      {
        config: write,
        schema: {
          tags,
          summary: 'Rename a collector, or say where it stands',
          params: Id,
          body: CollectorPatch,
          response: { 200: Collector },
        },
      },
      ({ viewer, params, body }) => uplink.change(viewer, params.id, body),
    )

    app.post(
      '/collectors/:id/revoke',
      {
        config: write,
        schema: {
          tags,
          summary: 'End its connection and its key; its devices stay its own',
          params: Id,
          response: { 200: Collector },
        },
      },
      ({ viewer, params }) => uplink.revoke(viewer, params.id),
    )

    app.post(
      '/collectors/:id/token',
      {
        config: write,
        schema: {
          tags,
          summary: 'A new token for a machine that was replaced; the old key dies when it is used',
          params: Id,
          response: { 201: CollectorToken },
        },
      },
      async ({ viewer, params }, reply) => reply.code(201).send(await uplink.renew(viewer, params.id)),
    )

    app.get(
      '/collector-releases',
      {
        config: read,
        schema: {
          tags,
          summary: 'Releases that collectors can be upgraded to',
          response: { 200: CollectorReleaseList },
        },
      },
      async () => ({ items: await releases.list() }),
    )

    app.post(
      '/collectors/:id/upgrade',
      {
        config: write,
        schema: {
          tags,
          summary: 'Have a collector fetch a release and try it; it goes back by itself when that fails',
          params: Id,
          body: Upgrade,
          response: { 202: Collector },
        },
      },
      async ({ viewer, params, body }, reply) =>
        reply.code(202).send(await uplink.upgrade(viewer, params.id, body.release)),
    )

    app.post(
      '/collectors/enrol',
      {
        config: { public: true, rateLimit: { max: 10, timeWindow: '1 minute' } },
        schema: {
          tags,
          summary: 'Swap an enrolment token for a key',
          body: Enrol,
          response: { 200: Enrolled },
        },
      },
      ({ body }) => uplink.enrolment.enrol(body),
    )
  }
}
