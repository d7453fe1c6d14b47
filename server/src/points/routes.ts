import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { xlsxType } from '../estate/import/routes.ts'
import { importTemplate } from '../estate/import/template.ts'
import { languageOf } from '../http/problem-messages.ts'
import { unprocessable } from '../http/problem.ts'
import { IdParams } from '../http/schema.ts'
import { pointSheets } from './columns.ts'
import type { PointImport } from './import.ts'
import { NewPoint, Point, PointExportQuery, PointImportResult, PointPage, PointPatch, PointQuery } from './schema.ts' // prettier-ignore
import type { PointService } from './service.ts'

const tags = ['points']
const read = { permission: 'estate.read' } as const
const write = { permission: 'estate.write' } as const
const File = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' })
const csvType = 'text/csv'

export function pointRoutes(points: PointService, imports: PointImport): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/points', {
      config: read,
      schema: { tags, summary: 'Information points: which outlet is on which port', querystring: PointQuery, response: { 200: PointPage } }, // prettier-ignore
      handler: ({ viewer, query }) => points.list(viewer, query),
    })

    app.get('/points.csv', {
      config: read,
      schema: { tags, summary: 'The same as a file that can be imported again', querystring: PointExportQuery, produces: [csvType], response: { 200: File } }, // prettier-ignore
      handler: async ({ viewer, query, headers }, reply) => {
        const file = await points.csv(viewer, query, languageOf(headers['accept-language']))
        return reply
          .type(`${csvType}; charset=${query.encoding ?? 'utf-8'}`)
          .header('content-disposition', 'attachment; filename="zongheng-points.csv"')
          .send(file)
      },
    })

    app.get('/points/import/template', {
      config: write,
      schema: { tags, summary: 'The spreadsheet to fill in', produces: [xlsxType], response: { 200: File } },
      handler: async ({ headers }, reply) =>
        reply
          .type(xlsxType)
          .header('content-disposition', 'attachment; filename="zongheng-points.xlsx"')
          .send(await importTemplate(languageOf(headers['accept-language']), pointSheets)),
    })

    app.post('/points/import', {
      config: write,
      schema: { tags, summary: 'Import points from CSV or Excel: all rows, or none', consumes: ['multipart/form-data'], response: { 200: PointImportResult } }, // prettier-ignore
      handler: async (request) => {
        const file = await request.file()
        if (!file) throw unprocessable('bad-spreadsheet', { zh: '没有收到文件', en: 'No file was sent' })
        return imports.import(request.viewer, await file.toBuffer(), languageOf(request.headers['accept-language'])) // prettier-ignore
      },
    })

    app.get('/points/:id', {
      config: read,
      schema: { tags, summary: 'An information point', params: IdParams, response: { 200: Point } },
      handler: ({ viewer, params }) => points.get(viewer, params.id),
    })

    app.post('/points', {
      config: write,
      schema: { tags, summary: 'Add an information point', body: NewPoint, response: { 201: Point } },
      handler: async ({ viewer, body }, reply) => reply.code(201).send(await points.add(viewer, body)),
    })

    app.patch('/points/:id', {
      config: write,
      schema: { tags, summary: 'Change an information point', params: IdParams, body: PointPatch, response: { 200: Point } }, // prettier-ignore
      handler: ({ viewer, params, body }) => points.change(viewer, params.id, body),
    })

    app.delete('/points/:id', {
      config: write,
      schema: { tags, summary: 'Remove an information point', params: IdParams, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params }, reply) => {
        await points.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}
