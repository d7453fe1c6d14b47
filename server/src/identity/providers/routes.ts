import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { languageOf } from '../../http/problem-messages.ts'
import { IdParams } from '../../http/schema.ts'
import type { Federation } from './federation.ts'
import {
  IdentityProvider,
  IdentityProviderList,
  IdentityProviderPatch,
  NewIdentityProvider,
  ProviderTest,
  ProviderTestResult,
} from './schema.ts'
import { redirectUriOf } from './sign-in-routes.ts'

const testLimit = { max: 20, timeWindow: '1 minute' }
const tags = ['identity']

export function providerRoutes({ providers }: Federation, publicOrigin: string): FastifyPluginAsyncTypebox {
  const redirectUri = (request: FastifyRequest) => redirectUriOf(request, publicOrigin)
  return async (app) => {
    app.get('/identity-providers', {
      config: { permission: 'identity.policy' },
      schema: {
        tags,
        summary: 'Directories and OpenID Connect providers',
        response: { 200: IdentityProviderList },
      },
      handler: async (request) => ({ items: await providers.list(request.viewer, redirectUri(request)) }),
    })

    app.post('/identity-providers', {
      config: { permission: 'identity.policy' },
      schema: {
        tags,
        summary: 'Add a provider',
        body: NewIdentityProvider,
        response: { 201: IdentityProvider },
      },
      handler: async (request, reply) => {
        const created = await providers.create(request.viewer, request.body, redirectUri(request))
        return reply.code(201).send(created)
      },
    })

    app.patch('/identity-providers/:id', {
      config: { permission: 'identity.policy' },
      schema: {
        tags,
        summary: 'Change a provider, or switch it off',
        params: IdParams,
        body: IdentityProviderPatch,
        response: { 200: IdentityProvider },
      },
      handler: (request) =>
        providers.change(request.viewer, request.params.id, request.body, redirectUri(request)),
    })

    app.delete('/identity-providers/:id', {
      config: { permission: 'identity.policy' },
      schema: { tags, summary: 'Remove a provider', params: IdParams, response: { 204: Type.Null() } },
      handler: async (request, reply) => {
        await providers.remove(request.viewer, request.params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/identity-providers/:id/test', {
      config: { permission: 'identity.policy', rateLimit: testLimit },
      schema: {
        tags,
        summary: 'Try a provider out, step by step',
        params: IdParams,
        body: ProviderTest,
        response: { 200: ProviderTestResult },
      },
      handler: ({ viewer, params, body, headers }) =>
        providers.test(viewer, params.id, body.username, languageOf(headers['accept-language'])),
    })
  }
}
