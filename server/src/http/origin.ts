import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from './problem.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const ownTypes = ['application/json', 'multipart/form-data']

/**
 * No token against forged requests: the cookie is SameSite=Lax, a change comes as JSON (which a foreign form cannot
 * send) or multipart with our own Origin, and a foreign Origin is refused.
 */
export function refuseForeignOrigins(app: FastifyInstance, publicOrigin: string): void {
  app.addHook('onRequest', async (request) => {
    if (safeMethods.has(request.method)) return
    const origin = request.headers.origin
    const ours = publicOrigin || `${request.protocol}://${request.host}`
    const isForeign = origin !== undefined && origin !== ours
    if (isForeign || request.headers['sec-fetch-site'] === 'cross-site')
      throw new ProblemError(403, 'foreign-origin')
    const type = contentType(request)
    if (type !== undefined && !ownTypes.includes(type))
      throw new ProblemError(415, 'unprocessable', `${type} is not taken here`)
    if (type === 'multipart/form-data' && origin === undefined) throw new ProblemError(403, 'foreign-origin')
  })
}

function contentType(request: FastifyRequest): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}
