import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { notFound } from './problem.ts'
import { sendProblem } from './problems.ts'

const yearS = 365 * 24 * 3600

/** The built console: its files, and `index.html` for every page of it. Unknown paths of the API are problems. */
export async function serveConsole(app: FastifyInstance, root: string): Promise<void> {
  const page = join(root, 'index.html')
  if (existsSync(page)) {
    await app.register(fastifyStatic, {
      root,
      wildcard: true,
      index: false,
      dotfiles: 'ignore',
      preCompressed: true,
      setHeaders: (reply, path) => {
        const isHashed = path.startsWith(join(root, '_app', 'immutable'))
        reply.header('cache-control', isHashed ? `public, max-age=${yearS}, immutable` : 'no-cache')
      },
    })
    app.get('/', { schema: { hide: true } }, (_, reply) => reply.sendFile('index.html'))
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage =
      request.method === 'GET' &&
      request.headers.accept?.includes('text/html') &&
      !request.url.startsWith('/api/')
    if (wantsPage && existsSync(page)) return reply.code(200).sendFile('index.html')
    return sendProblem(request, reply, notFound('page'))
  })
}

/** What the page's policy must allow of inline scripts: their hashes [CSP Level 3, 2.3.1]. Read anew when the page is built anew. */
export function inlineScriptHashes(root: string): () => string[] {
  const page = join(root, 'index.html')
  let builtMs = 0
  let hashes: string[] = []
  return () => {
    const { mtimeMs = 0 } = statSync(page, { throwIfNoEntry: false }) ?? {}
    if (mtimeMs !== builtMs) {
      builtMs = mtimeMs
      hashes = mtimeMs ? hashesIn(readFileSync(page, 'utf8')) : []
    }
    return hashes
  }
}

function hashesIn(page: string): string[] {
  const scripts = page.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)
  return [...scripts].map(([, body]) => `'sha256-${createHash('sha256').update(body!).digest('base64')}'`)
}
