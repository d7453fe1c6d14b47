import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TooSoon } from './problem.ts'

/** Without sign-in an address may ask a fifth as often as a session. */
const anonymousShare = 5

const tooMany = (ttlMs: number) => new TooSoon('too-many-requests', ttlMs)

/** For routes that ask for a limit of their own: `config: { rateLimit: { max, timeWindow } }`. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false, errorResponseBuilder: (_request, { ttl }) => tooMany(ttl) })
}

/** For all of the API together: so many calls a minute of one session, fewer of one address without. After it is known who asks. */
export function limitCallers(app: FastifyInstance, requestsPerMinute: number): void {
  const timeWindow = '1 minute'
  const ofSession = app.createRateLimit({ max: requestsPerMinute, timeWindow, keyGenerator: sessionOf })
  // By the library's own key: of IPv6 a whole /64, or one machine would have as many addresses as it likes.
  const ofAddress = app.createRateLimit({ max: Math.ceil(requestsPerMinute / anonymousShare), timeWindow })
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/')) return
    await refuseTooMany(request.openSession ? ofSession : ofAddress, request)
  })
}

const sessionOf = ({ openSession }: FastifyRequest) => openSession!.token?.id ?? openSession!.viewer.sessionId

async function refuseTooMany(
  limit: ReturnType<FastifyInstance['createRateLimit']>,
  request: FastifyRequest,
): Promise<void> {
  const result = await limit(request)
  if (result.isAllowed || !result.isExceeded) return
  throw tooMany(result.ttl)
}
