import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { setSession } from '../../http/authentication.ts'
import { IdParams } from '../../http/schema.ts'
import {
  ApiTokenList,
  CreatedApiToken,
  MyAccount,
  MyAccountPatch,
  NewApiToken,
  PasswordChange,
  PasswordOnly,
  RecoveryCodes,
  SessionList,
  TotpOffer,
} from './account-schema.ts'
import type { Accounts } from '../accounts.ts'
import { Code } from '../schema.ts'

const tags = ['account']
const own = { permission: 'identity.self', answers: ['enrolment'] } as const
const Nothing = { 204: Type.Null() }

/** /me: one's own account, in a session of one's own. */
export function accountRoutes(accounts: Accounts): FastifyPluginAsyncTypebox {
  const { myself, passwords, sessions, tokens, totp } = accounts
  return async (app) => {
    app.get('/me', {
      config: own,
      schema: { tags, summary: 'One’s own account', response: { 200: MyAccount } },
      handler: (request) => myself.account(request.openSession!),
    })

    app.patch('/me', {
      config: own,
      schema: { tags, summary: 'Change it', body: MyAccountPatch, response: { 200: MyAccount } },
      handler: (request) => myself.patch(request.openSession!, request.body),
    })

    app.put('/me/password', {
      config: { permission: 'identity.self', answers: ['password', 'enrolment'] },
      schema: { tags, summary: 'Change one’s password', body: PasswordChange, response: Nothing },
      handler: async (request, reply) => {
        const session = request.openSession!
        await passwords.change(session, request.body.current, request.body.next)
        if (session.stage === 'password') setSession(request, await sessions.advance(session))
        return reply.code(204).send(null)
      },
    })

    app.post('/me/totp', {
      config: own,
      schema: {
        tags,
        summary: 'A secret for an authenticator',
        body: PasswordOnly,
        response: { 200: TotpOffer },
      },
      handler: (request) => totp.offer(request.openSession!.person.id, request.body.password),
    })

    app.post('/me/totp/confirm', {
      config: own,
      schema: {
        tags,
        summary: 'Turn the second factor on',
        body: Code,
        response: { 200: RecoveryCodes },
      },
      handler: async (request) => ({
        recoveryCodes: await totp.confirm(request.openSession!.person.id, request.body.code),
      }),
    })

    app.post('/me/totp/remove', {
      config: own,
      schema: { tags, summary: 'Turn the second factor off', body: PasswordOnly, response: Nothing },
      handler: async (request, reply) => {
        await totp.remove(request.openSession!.person.id, request.body.password)
        return reply.code(204).send(null)
      },
    })

    app.post('/me/recovery-codes', {
      config: own,
      schema: { tags, summary: 'New recovery codes', body: PasswordOnly, response: { 200: RecoveryCodes } },
      handler: async (request) => ({
        recoveryCodes: await totp.renewCodes(request.openSession!.person.id, request.body.password),
      }),
    })

    app.get('/me/sessions', {
      config: own,
      schema: { tags, summary: 'Where one is signed in', response: { 200: SessionList } },
      handler: async ({ openSession }) => ({
        items: await sessions.list(openSession!.person.id, openSession!.viewer.sessionId),
      }),
    })

    app.delete('/me/sessions', {
      config: own,
      schema: { tags, summary: 'Sign out everywhere else', response: Nothing },
      handler: async ({ openSession }, reply) => {
        await sessions.revokeAll(openSession!.person.id, openSession!.viewer.sessionId)
        return reply.code(204).send(null)
      },
    })

    app.delete('/me/sessions/:id', {
      config: own,
      schema: { tags, summary: 'Sign out there', params: IdParams, response: Nothing },
      handler: async (request, reply) => {
        await sessions.revoke(request.openSession!.person.id, request.params.id)
        return reply.code(204).send(null)
      },
    })

    app.get('/me/tokens', {
      config: own,
      schema: { tags, summary: 'One’s API tokens', response: { 200: ApiTokenList } },
      handler: async (request) => ({ items: await tokens.list(request.openSession!.person.id) }),
    })

    app.post('/me/tokens', {
      config: { permission: 'identity.self' },
      schema: {
        tags,
        summary: 'A token for a program',
        body: NewApiToken,
        response: { 201: CreatedApiToken },
      },
      handler: async (request, reply) =>
        reply.code(201).send(await tokens.create(request.openSession!.person.id, request.body)),
    })

    app.delete('/me/tokens/:id', {
      config: own,
      schema: { tags, summary: 'Revoke a token', params: IdParams, response: Nothing },
      handler: async (request, reply) => {
        await tokens.revoke(request.openSession!.person.id, request.params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
