import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  AuditArchiveList,
  AuditExportQuery,
  AuditPage,
  AuditQuery,
  AuditRecordDetail,
  AuditVerdict,
  SeqParams,
} from './schema.ts'
import type { AuditService } from './service.ts'

const tags = ['audit']
const config = { permission: 'audit.read' } as const
const linesType = 'application/x-ndjson'

export function auditRoutes({ auditing }: { auditing: AuditService }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/audit', {
      config,
      schema: {
        tags,
        summary: 'Records, newest first; those in archives are not among them',
        querystring: AuditQuery,
        response: { 200: AuditPage },
      },
      handler: (request) => auditing.list(request.viewer, request.query),
    })

    app.get('/audit/:seq', {
      config,
      schema: {
        tags,
        summary: 'A record with both sides of the change',
        params: SeqParams,
        response: { 200: AuditRecordDetail },
      },
      handler: (request) => auditing.detail(request.viewer, request.params.seq),
    })

    app.get('/audit/export', {
      config,
      schema: {
        tags,
        summary: 'Records as JSON Lines, oldest first; leaves a record',
        querystring: AuditExportQuery,
        produces: [linesType],
        response: { 200: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) },
      },
      handler: async (request, reply) =>
        reply
          .type(linesType)
          .header('content-disposition', 'attachment; filename="zongheng-audit.jsonl"')
          .send(await auditing.export(request.viewer, request.query)),
    })

    app.get('/audit/archives', {
      config,
      schema: { tags, summary: 'Files that old records were moved to', response: { 200: AuditArchiveList } },
      handler: () => auditing.archives(),
    })

    app.post('/audit/verify', {
      config: { ...config, rateLimit: { max: 10, timeWindow: '1 minute' } },
      schema: { tags, summary: 'Check the whole chain', response: { 200: AuditVerdict } },
      handler: () => auditing.verifyAsked(),
    })
  }
}
