import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { languageOf } from '../../http/problem-messages.ts'
import { unprocessable } from '../../http/problem.ts'
import { ImportResult } from '../schema.ts'
import { sheets } from './columns.ts'
import type { ImportService } from './service.ts'
import { importTemplate } from './template.ts'

const tags = ['estate']
const config = { permission: 'estate.write' } as const
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export function importRoutes({ imports }: { imports: ImportService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/devices/import/template', {
      config,
      schema: {
        tags,
        summary: 'The spreadsheet to fill in',
        produces: [xlsxType],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) },
      },
      handler: async (request, reply) => {
        const workbook = await importTemplate(languageOf(request.headers['accept-language']), sheets)
        return reply
          .type(xlsxType)
          .header('content-disposition', 'attachment; filename="zongheng-import.xlsx"')
          .send(workbook)
      },
    })

    app.post('/devices/import', {
      config,
      schema: {
        tags,
        summary: 'Import devices and circuits from the spreadsheet: all rows, or none',
        consumes: ['multipart/form-data'],
        response: { 201: ImportResult },
      },
      handler: async (request, reply) => {
        const file = await request.file()
        if (!file) throw unprocessable('bad-spreadsheet', { zh: '没有收到文件', en: 'No file was sent' })
        const language = languageOf(request.headers['accept-language'])
        return reply.code(201).send(await imports.import(request.viewer, await file.toBuffer(), language))
      },
    })
  }
}
