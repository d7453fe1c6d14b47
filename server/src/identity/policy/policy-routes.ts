import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../db/database.ts'
import { IdParams } from '../../http/schema.ts'
import { ApiTokenList, SessionList } from '../account/account-schema.ts'
import type { Accounts } from '../accounts.ts'
import { notYourself } from '../admin-problems.ts'
import { mustAdminister } from '../grants/grant-rules.ts'
import { grantsOfUser } from '../grants/grant-store.ts'
import { Policy } from './policy-schema.ts'
import { mustSee } from '../people/user-access.ts'
import type { Viewer } from '../viewer.ts'

const tags = ['policy']
const config = { permission: 'identity.policy' } as const
const Nothing = { 204: Type.Null() }
const TokenParams = Type.Object({ ...IdParams.properties, tokenId: Type.String({ maxLength: 40 }) })

/** What the security officer decides for all, and takes from one: sessions, tokens, a lost second factor. */
export function policyRoutes(
  { policy, sessions, tokens, totp }: Accounts,
  { db, clock }: { db: Db; clock: Clock },
): FastifyPluginAsyncTypebox {
  /** Whoever takes something from an account must look after every region that it reaches. */
  const mustOversee = async (viewer: Viewer, userId: string) => {
    await mustSee(db, viewer, userId)
    mustAdminister(viewer, await grantsOfUser(db, userId, clock()))
  }

  return async (app) => {
    app.get('/policy', {
      config,
      schema: { tags, summary: 'The security policy', response: { 200: Policy } },
      handler: () => policy.get(),
    })

    app.put('/policy', {
      config,
      schema: { tags, summary: 'Decide the security policy', body: Policy, response: { 200: Policy } },
      handler: (request) => policy.set(request.viewer, request.body),
    })

    app.get('/users/:id/sessions', {
      config,
      schema: {
        tags,
        summary: 'Where a user is signed in',
        params: IdParams,
        response: { 200: SessionList },
      },
      handler: async ({ viewer, params }) => {
        await mustSee(db, viewer, params.id)
        return { items: await sessions.list(params.id) }
      },
    })

    app.delete('/users/:id/sessions', {
      config,
      schema: { tags, summary: 'Sign a user out everywhere', params: IdParams, response: Nothing },
      handler: async ({ viewer, params }, reply) => {
        await mustOversee(viewer, params.id)
        await sessions.revokeAll(params.id)
        return reply.code(204).send(null)
      },
    })

    app.delete('/users/:id/totp', {
      config,
      schema: { tags, summary: 'Take off a lost second factor', params: IdParams, response: Nothing },
      handler: async ({ viewer, params }, reply) => {
        if (params.id === viewer.userId) throw notYourself()
        await mustOversee(viewer, params.id)
        await totp.removeFor(params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/users/:id/tokens', {
      config,
      schema: { tags, summary: 'A user’s API tokens', params: IdParams, response: { 200: ApiTokenList } },
      handler: async ({ viewer, params }) => {
        await mustSee(db, viewer, params.id)
        return { items: await tokens.list(params.id) }
      },
    })

    app.delete('/users/:id/tokens/:tokenId', {
      config,
      schema: { tags, summary: 'Revoke a user’s token', params: TokenParams, response: Nothing },
      handler: async ({ viewer, params }, reply) => {
        await mustOversee(viewer, params.id)
        await tokens.revoke(params.id, params.tokenId)
        return reply.code(204).send(null)
      },
    })
  }
}
