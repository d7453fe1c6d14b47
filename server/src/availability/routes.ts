import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { languageOf } from '../http/problem-messages.ts'
import {
  CauseInput,
  CircuitMonthPage,
  CircuitMonthQuery,
  Outage,
  OutagePage,
  OutageParams,
  OutageQuery,
  Statement,
  StatementQuery,
} from './schema.ts'
import type { AvailabilityService } from './service.ts'
import { circuitColumns, csvFile, excelFile, outageColumns } from './sheets.ts'

const tags = ['availability']
const read = { permission: 'state.read' } as const
/** Whoever may say what is planned may say what was whose fault. */
const write = { permission: 'windows.write' } as const
const csvType = 'text/csv; charset=utf-8'
const excelType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const File = Type.Unsafe<string | Buffer>({ type: 'string', format: 'binary' })
const named = (what: string) => `attachment; filename="zongheng-${what}"`

export function availabilityRoutes({
  availability,
}: {
  availability: AvailabilityService
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/availability/statement', {
      config: read,
      schema: {
        tags,
        summary: 'A month of rented circuits by carrier: promised, measured, beyond the promise',
        querystring: StatementQuery,
        response: { 200: Statement },
      },
      handler: ({ viewer, query }) => availability.statement(viewer, query),
    })

    app.get('/availability/circuits', {
      config: read,
      schema: {
        tags,
        summary: 'A month of each circuit, the worst first',
        querystring: CircuitMonthQuery,
        response: { 200: CircuitMonthPage },
      },
      handler: ({ viewer, query }) => availability.circuits(viewer, query),
    })

    app.get('/availability/outages', {
      config: read,
      schema: {
        tags,
        summary: 'Outages of a month with their causes, the latest first',
        querystring: OutageQuery,
        response: { 200: OutagePage },
      },
      handler: ({ viewer, query }) => availability.outages(viewer, query),
    })

    for (const part of ['circuits', 'outages'] as const)
      app.get(`/availability/${part}.csv`, {
        config: read,
        schema: {
          tags,
          summary: `The month's ${part}, as a spreadsheet reads them`,
          querystring: StatementQuery,
          produces: [csvType],
          response: { 200: File },
        },
        handler: async (request, reply) => {
          const language = languageOf(request.headers['accept-language'])
          const { circuits, outages } = await availability.whole(request.viewer, request.query)
          const how = { language, timeZone: availability.timeZone }
          return reply
            .type(csvType)
            .header('content-language', language)
            .header('content-disposition', named(`${part}.csv`))
            .send(
              part === 'circuits'
                ? csvFile(circuitColumns, circuits, how)
                : csvFile(outageColumns, outages, how),
            )
        },
      })

    app.get('/availability/statement.xlsx', {
      config: read,
      schema: {
        tags,
        summary: "The month's circuits and outages as a workbook",
        querystring: StatementQuery,
        produces: [excelType],
        response: { 200: File },
      },
      handler: async (request, reply) => {
        const language = languageOf(request.headers['accept-language'])
        const { circuits, outages } = await availability.whole(request.viewer, request.query)
        return reply
          .type(excelType)
          .header('content-language', language)
          .header('content-disposition', named('availability.xlsx'))
          .send(await excelFile(circuits, outages, { language, timeZone: availability.timeZone }))
      },
    })

    app.put('/circuits/:id/outages/:at/cause', {
      config: write,
      schema: {
        tags,
        summary: 'Whose fault the outage at this instant was, as a person says',
        params: OutageParams,
        body: CauseInput,
        response: { 200: Outage },
      },
      handler: ({ viewer, params, body }) => availability.decide(viewer, params.id, params.at, body),
    })

    app.delete('/circuits/:id/outages/:at/cause', {
      config: write,
      schema: {
        tags,
        summary: "The rule's word counts again",
        params: OutageParams,
        response: { 200: Outage },
      },
      handler: ({ viewer, params }) => availability.withdraw(viewer, params.id, params.at),
    })
  }
}
