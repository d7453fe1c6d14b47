import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schema.ts'
import {
  Mailbox,
  MailboxPage,
  MailboxPatch,
  MailboxQuery,
  MailboxTested,
  MailPage,
  MailQuery,
  NewMailbox,
  RatedByLink,
  RatingByLink,
  RatingLink,
} from './schema.ts'
import type { MailService } from './service.ts'

const tags = ['mail']
/** Whoever has the link: a look is a POST, so that the token is in no address. */
const byLink = { public: true, rateLimit: { max: 20, timeWindow: '1 minute' } } as const
const rules = { permission: 'desk.rules' } as const

export function mailRoutes(mail: MailService): FastifyPluginAsyncTypebox {
  const { mailboxes, ratingLinks } = mail
  return async (app) => {
    app.get('/mailboxes', {
      config: rules,
      schema: { tags, summary: 'Addresses that people write to', querystring: MailboxQuery, response: { 200: MailboxPage } }, // prettier-ignore
      handler: ({ viewer, query }) => mailboxes.list(viewer, query),
    })

    app.post('/mailboxes', {
      config: rules,
      schema: { tags, summary: 'Add a mailbox', body: NewMailbox, response: { 201: Mailbox } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await mailboxes.create(viewer, body)),
    })

    app.patch('/mailboxes/:id', {
      config: rules,
      schema: { tags, summary: 'Change a mailbox', params: IdParams, body: MailboxPatch, response: { 200: Mailbox } }, // prettier-ignore
      handler: ({ viewer, params, body }) => mailboxes.change(viewer, params.id, body),
    })

    app.delete('/mailboxes/:id', {
      config: rules,
      schema: { tags, summary: 'Archive a mailbox', params: IdParams, response: { 204: Type.Null() } },
      handler: async ({ viewer, params }, reply) => {
        await mailboxes.archive(viewer, params.id)
        return reply.code(204).send(null)
      },
    })

    app.post('/mailboxes/:id/test', {
      config: rules,
      schema: { tags, summary: 'Sign in to a mailbox, both ways', params: IdParams, response: { 200: MailboxTested } }, // prettier-ignore
      handler: ({ viewer, params }) => mailboxes.test(viewer, params.id),
    })

    app.get('/tickets/:id/mails', {
      config: { permission: 'desk.read' },
      schema: { tags, summary: 'How the mails of a ticket fared', params: IdParams, querystring: MailQuery, response: { 200: MailPage } }, // prettier-ignore
      handler: ({ viewer, params, query }) => mail.ofTicket(viewer, params.id, query),
    })

    app.post('/rating-links', {
      config: byLink,
      schema: { tags, summary: 'Which ticket a link of a mail rates', body: RatingLink, response: { 200: RatedByLink } }, // prettier-ignore
      handler: ({ body }) => ratingLinks.look(body.token),
    })

    app.post('/rating-links/rating', {
      config: byLink,
      schema: { tags, summary: 'Rate by a link of a mail, once', body: RatingByLink, response: { 200: RatedByLink } }, // prettier-ignore
      handler: ({ body: { token, ...rating } }) => ratingLinks.rate(token, rating),
    })
  }
}
