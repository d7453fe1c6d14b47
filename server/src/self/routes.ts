import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { secretHash, secretMatches } from '../bearer-secret.ts'
import type { Config } from '../config.ts'
import { unauthenticated } from '../http/problem.ts'
import type { Exposition } from './exposition.ts'

type Guard = Pick<Config, 'metricsToken' | 'trustProxy' | 'publicOrigin'>

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** `/metrics`, for whoever holds the token, and for this machine itself unless a proxy on it could speak for strangers. */
export function exposeMetrics(app: FastifyInstance, exposition: Exposition, guard: Guard): void {
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    exposition.answered(method, routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime)
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!isAllowed(request, guard)) throw unauthenticated()
    return reply.type(exposition.contentType).send(await exposition.text())
  })
}

function isAllowed(
  { headers, socket }: FastifyRequest,
  { metricsToken, trustProxy, publicOrigin }: Guard,
): boolean {
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token !== undefined) return metricsToken !== '' && secretMatches(token, secretHash(metricsToken))
  const isBehindProxy =
    trustProxy !== false || publicOrigin !== '' || forwarding.some((name) => headers[name] !== undefined)
  return !isBehindProxy && isLoopback(socket.remoteAddress ?? '')
}

const isLoopback = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}
