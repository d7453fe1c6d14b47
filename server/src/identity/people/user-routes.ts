import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../../http/schema.ts'
import {
  CreatedUser,
  NewPassword,
  NewUser,
  UserDetail,
  UserPage,
  UserPatch,
  UserQuery,
} from '../admin-schema.ts'
import type { Users } from './users.ts'

const tags = ['users']
/** Each costs an argon2 hash. */
const hashing = { max: 60, timeWindow: '1 minute' }

export function userRoutes(users: Users): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/users', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'Users', querystring: UserQuery, response: { 200: UserPage } },
      handler: (request) => users.list(request.viewer, request.query),
    })

    app.post('/users', {
      config: { permission: 'identity.write', rateLimit: hashing },
      schema: { tags, summary: 'Create a user', body: NewUser, response: { 201: CreatedUser } },
      handler: async (request, reply) =>
        reply.code(201).send(await users.create(request.viewer, request.body)),
    })

    app.get('/users/:id', {
      config: { permission: 'identity.read' },
      schema: { tags, summary: 'A user', params: IdParams, response: { 200: UserDetail } },
      handler: (request) => users.detail(request.viewer, request.params.id),
    })

    app.patch('/users/:id', {
      config: { permission: 'identity.write' },
      schema: {
        tags,
        summary: 'Change a user',
        params: IdParams,
        body: UserPatch,
        response: { 200: UserDetail },
      },
      handler: (request) => users.change(request.viewer, request.params.id, request.body),
    })

    app.post('/users/:id/password', {
      config: { permission: 'identity.write', rateLimit: hashing },
      schema: { tags, summary: 'Reset a password', params: IdParams, response: { 200: NewPassword } },
      handler: async (request) => ({
        password: await users.access.resetPassword(request.viewer, request.params.id),
      }),
    })

    const switches = {
      disable: 'End what a user has open, and let them in no more',
      enable: 'Let a disabled user in again',
      unlock: 'Let a user in again whom failed sign-ins locked out',
    } as const
    for (const [name, summary] of Object.entries(switches) as [keyof typeof switches, string][])
      app.post(`/users/:id/${name}`, {
        config: { permission: 'identity.write' },
        schema: { tags, summary, params: IdParams, response: { 204: Type.Null() } },
        handler: async (request, reply) => {
          await users.access[name](request.viewer, request.params.id)
          return reply.code(204).send(null)
        },
      })
  }
}
