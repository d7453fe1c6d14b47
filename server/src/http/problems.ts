import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isUniqueViolation } from '../db/unique.ts'
import { conflict, ProblemError, TooSoon } from './problem.ts'
import { inLanguage, languageOf, titleOf } from './problem-messages.ts'

/** Fastify's own refusals, in our words. */
const codesByStatus: Record<number, string> = {
  400: 'bad-json',
  413: 'too-large',
  415: 'unprocessable',
  429: 'too-many-requests',
}

/** Every failure leaves as problem+json [RFC 9457]; a 5xx says nothing of its cause, the log does. */
export function handleProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | ProblemError, request, reply) => {
    const problem = error instanceof ProblemError ? error : translated(error)
    if (problem.status >= 500)
      request.log.error({ err: error }, `${request.method} ${pathOf(request)} failed`)
    return sendProblem(request, reply, problem)
  })
}

/** Without the query: a provider sends its codes there. */
const pathOf = ({ url }: FastifyRequest) => url.split('?', 1)[0]

function translated(error: FastifyError): ProblemError {
  if (isUniqueViolation(error)) return conflict('taken-meanwhile')
  const status = error.statusCode ?? 500
  if (status >= 500 || status < 400) return new ProblemError(500, 'internal')
  return new ProblemError(status, codesByStatus[status] ?? 'invalid', error.message)
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemError,
): FastifyReply {
  const language = languageOf(request.headers['accept-language'])
  const { status, code, detail, errors } = problem
  const body = {
    type: `urn:zongheng:problem:${code}`,
    title: inLanguage(titleOf(code, status), language),
    status,
    code,
    ...(detail === undefined ? {} : { detail: inLanguage(detail, language) }),
    ...(errors === undefined ? {} : { errors }),
  }
  if (problem instanceof TooSoon) reply.header('retry-after', problem.retryAfterS)
  // Sent as text: a route's response schema must not trim it.
  return reply
    .code(status)
    .header('content-language', language)
    .type('application/problem+json')
    .send(JSON.stringify(body))
}
