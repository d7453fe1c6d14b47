import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { languageOf } from '../http/problem-messages.ts'
import { IdParams } from '../http/schema.ts'
import { readersCsv } from './reader-sheet.ts'
import { Article, ArticleDetail, ArticleEdit, ArticleHits, ArticlePage, ArticleQuery, ArticleUse, Gaps, GapsQuery, NewArticle, OpenQuery, Publication, Readers, Returned, SearchQuery, SuggestionQuery, VersionList, Vote } from './schema.ts' // prettier-ignore
import type { KnowledgeService } from './service.ts'

const tags = ['knowledge']
const read = { permission: 'knowledge.read' } as const
const write = { permission: 'knowledge.write' } as const
const publish = { permission: 'knowledge.publish' } as const
const csvType = 'text/csv; charset=utf-8'
const response = { 200: ArticleDetail }

export function knowledgeRoutes(knowledge: KnowledgeService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/articles', {
      config: read,
      schema: { tags, summary: 'Articles, what changed last first', querystring: ArticleQuery, response: { 200: ArticlePage } }, // prettier-ignore
      handler: ({ viewer, query }) => knowledge.reading.list(viewer, query),
    })

    app.get('/articles/search', {
      config: read,
      schema: { tags, summary: 'Published articles by words', querystring: SearchQuery, response: { 200: ArticleHits } }, // prettier-ignore
      handler: ({ viewer, query }) => knowledge.finding.find(viewer, query),
    })

    app.get('/knowledge/suggestions', {
      config: read,
      schema: { tags, summary: 'What may help, while somebody types', querystring: SuggestionQuery, response: { 200: ArticleHits } }, // prettier-ignore
      handler: ({ viewer, query }) => knowledge.finding.suggest(viewer, query),
    })

    app.post('/knowledge/from-ticket/:id', {
      config: write,
      schema: { tags, summary: 'Draft an article of what a ticket taught, once', params: IdParams, response },
      handler: ({ viewer, params }) => knowledge.writing.fromTicket(viewer, params.id),
    })

    app.get('/knowledge/gaps', {
      config: write,
      schema: { tags, summary: 'What the library lacks', querystring: GapsQuery, response: { 200: Gaps } },
      handler: ({ viewer, query }) => knowledge.reports.gaps(viewer, query.days ?? 90),
    })

    app.get('/articles/:id/readers', {
      config: write,
      schema: { tags, summary: 'Who has confirmed it, and who has not', params: IdParams, response: { 200: Readers } }, // prettier-ignore
      handler: ({ viewer, params }) => knowledge.reports.readers(viewer, params.id),
    })

    app.get('/articles/:id/readers.csv', {
      config: write,
      schema: { tags, summary: 'Who has confirmed it, and who has not, as a spreadsheet reads it', params: IdParams, produces: [csvType], response: { 200: Type.Unsafe<string>({ type: 'string', format: 'binary' }) } }, // prettier-ignore
      handler: async ({ viewer, params, headers }, reply) => {
        const language = languageOf(headers['accept-language'])
        const readers = await knowledge.reports.readers(viewer, params.id)
        return reply
          .type(csvType)
          .header('content-language', language)
          .header('content-disposition', 'attachment; filename="zongheng-readers.csv"')
          .send(readersCsv(readers, language, knowledge.timeZone))
      },
    })

    app.get('/articles/:id', {
      config: read,
      schema: { tags, summary: 'An article', params: IdParams, querystring: OpenQuery, response },
      handler: ({ viewer, params, query }) => knowledge.reading.open(viewer, params.id, query.searchId),
    })

    app.get('/articles/:id/versions', {
      config: read,
      schema: { tags, summary: 'Its versions, newest first', params: IdParams, response: { 200: VersionList } }, // prettier-ignore
      handler: ({ viewer, params }) => knowledge.reading.versions(viewer, params.id),
    })

    app.post('/articles', {
      config: write,
      schema: { tags, summary: 'Draft an article', body: NewArticle, response: { 201: ArticleDetail } },
      handler: async ({ viewer, body }, reply) =>
        reply.code(201).send(await knowledge.writing.create(viewer, body)),
    })

    app.put('/articles/:id/draft', {
      config: write,
      schema: { tags, summary: 'Write its draft', params: IdParams, body: ArticleEdit, response },
      handler: ({ viewer, params, body }) => knowledge.writing.edit(viewer, params.id, body),
    })

    app.post('/articles/:id/submit', {
      config: write,
      schema: { tags, summary: 'Ask for a review of the draft', params: IdParams, response },
      handler: ({ viewer, params }) => knowledge.writing.submit(viewer, params.id),
    })

    app.post('/articles/:id/publish', {
      config: publish,
      schema: {
        tags,
        summary: "Publish somebody else's draft",
        params: IdParams,
        body: Publication,
        response,
      },
      handler: ({ viewer, params, body }) => knowledge.writing.publish(viewer, params.id, body.base),
    })

    app.post('/articles/:id/return', {
      config: publish,
      schema: { tags, summary: 'Return a draft to its author', params: IdParams, body: Returned, response },
      handler: ({ viewer, params, body }) => knowledge.writing.reject(viewer, params.id, body.note),
    })

    app.post('/articles/:id/reviewed', {
      config: publish,
      schema: { tags, summary: 'Looked at again: it is right for another year', params: IdParams, response },
      handler: ({ viewer, params }) => knowledge.writing.renew(viewer, params.id),
    })

    app.post('/articles/:id/retire', {
      config: publish,
      schema: { tags, summary: 'Retire an article: it is no longer found', params: IdParams, response },
      handler: ({ viewer, params }) => knowledge.writing.retire(viewer, params.id),
    })

    app.put('/articles/:id/vote', {
      config: read,
      schema: { tags, summary: 'Whether it helped', params: IdParams, body: Vote, response },
      handler: ({ viewer, params, body }) => knowledge.feedback.vote(viewer, params.id, body),
    })

    app.post('/articles/:id/confirm', {
      config: read,
      schema: { tags, summary: 'Confirm that one has read it', params: IdParams, response },
      handler: ({ viewer, params }) => knowledge.feedback.confirm(viewer, params.id),
    })

    app.post('/articles/:id/uses', {
      config: write,
      schema: { tags, summary: 'Used on a ticket', params: IdParams, body: ArticleUse, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params, body }, reply) => {
        await knowledge.feedback.use(viewer, params.id, body)
        return reply.code(204).send(null)
      },
    })

    app.get('/tickets/:id/articles', {
      config: read,
      schema: { tags, summary: 'Articles used on a ticket', params: IdParams, response: { 200: Type.Object({ items: Type.Array(Article) }) } }, // prettier-ignore
      handler: ({ viewer, params }) => knowledge.reading.usedOn(viewer, params.id),
    })
  }
}
