import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ProblemError, unprocessable } from '../http/problem.ts'
import { IdParams } from '../http/schema.ts'
import { tooLarge } from './content-store.ts'
import { FileList, FilePage, FileQuery, UploadQuery } from './schema.ts'
import { filesAPost, type FileService } from './service.ts'

const tags = ['files']
/** Whose a file is says who reads it: readers of articles need not see tickets. */
const read = { permission: 'identity.self', answers: ['token', 'viewing'] } as const
const write = { permission: 'desk.report' } as const

export function fileRoutes(files: FileService): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/files', {
      config: read,
      schema: { tags, summary: 'What is attached to a record', querystring: FileQuery, response: { 200: FilePage } }, // prettier-ignore
      handler: ({ viewer, query }) => files.list(viewer, query),
    })

    app.post('/files', {
      config: write,
      schema: {
        tags,
        summary: 'Attach files: all of them, or none',
        consumes: ['multipart/form-data'],
        querystring: UploadQuery,
        response: { 201: FileList },
      },
      handler: async (request, reply) => {
        if (!request.isMultipart()) throw noFile()
        const items = await files.upload(request.viewer, request.query, partsOf(request, files.atMostBytes))
        if (items.length === 0) throw noFile()
        return reply.code(201).send({ items })
      },
    })

    app.get('/files/:id/content', {
      config: read,
      schema: {
        tags,
        summary: 'The bytes of a file, never shown in place of a page',
        params: IdParams,
        response: { 200: Type.Unsafe<NodeJS.ReadableStream>({ type: 'string', format: 'binary' }) },
      },
      handler: async ({ viewer, params }, reply) => {
        const { name, mediaType, bytes, stream } = await files.content(viewer, params.id)
        return reply
          .type(mediaType)
          .header('content-length', bytes)
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeRfc8187(name)}`)
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('x-content-type-options', 'nosniff')
          .header('cross-origin-resource-policy', 'same-origin')
          .send(stream)
      },
    })

    app.delete('/files/:id', {
      config: write,
      schema: { tags, summary: 'Remove a file from its record', params: IdParams, response: { 204: Type.Null() } }, // prettier-ignore
      handler: async ({ viewer, params }, reply) => {
        await files.remove(viewer, params.id)
        return reply.code(204).send(null)
      },
    })
  }
}

async function* partsOf(request: FastifyRequest, atMostBytes: number) {
  const limits = { fileSize: atMostBytes + 1, files: filesAPost, fields: 0 }
  try {
    for await (const { filename, file } of request.files({ limits, throwFileSizeLimit: false }))
      yield { name: filename, content: file }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'FST_FILES_LIMIT')
      throw new ProblemError(413, 'too-large', { zh: `一次最多 ${filesAPost} 个文件`, en: `At most ${filesAPost} files at once` }) // prettier-ignore
    if (code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge(atMostBytes)
    throw error
  }
}

const noFile = () => unprocessable('file-refused', { zh: '没有收到文件', en: 'No file was sent' })

/** [RFC 8187, 3.2.1] */
const encodeRfc8187 = (text: string) =>
  encodeURIComponent(text.toWellFormed()).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`) // prettier-ignore
