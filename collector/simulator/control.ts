import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { faultKinds, type FaultKind } from '@zongheng/inventory/demo/faults.ts'
import { FaultError, type NewFault, type World } from './world/world.ts'

const maxBodyOctets = 4096

/** RFC 9457. */
class Problem extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const bounds = { lossPercent: 100, latencyMs: 5000, errorsPerS: 100_000 } as const

function parseFault(body: string): NewFault {
  let input: unknown
  try {
    input = JSON.parse(body)
  } catch {
    throw new Problem(400, 'malformed', 'the body is no JSON')
  }
  if (typeof input !== 'object' || input === null) throw new Problem(422, 'invalid', 'a fault is an object')
  const { kind, target, ...rest } = input as Record<string, unknown>
  if (!faultKinds.includes(kind as FaultKind))
    throw new Problem(422, 'unknown-kind', `kind is one of ${faultKinds.join(', ')}`)
  if (typeof target !== 'string' || target.length > 64)
    throw new Problem(422, 'unknown-target', 'target is a key of the province')
  const fault: NewFault = { kind: kind as FaultKind, target }
  for (const [name, most] of Object.entries(bounds) as [keyof typeof bounds, number][]) {
    const value = rest[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'number' || !(value >= 0 && value <= most))
      throw new Problem(422, 'invalid', `${name} is a number from 0 to ${most}`)
    fault[name] = value
  }
  return fault
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyOctets) throw new Problem(413, 'too-large', `at most ${maxBodyOctets} octets`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function authorised(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof FaultError) return new Problem(422, error.code, error.message)
  throw error
}

export interface ControlOptions {
  /** 0: any free one. */
  port: number
  token: string
  clock: () => number
}

/** Switches faults on and off over HTTP, for the loopback and for the holder of the token only. */
export async function startControl(
  world: World,
  options: ControlOptions,
): Promise<{ url: string; server: Server }> {
  const { port, token, clock } = options

  async function answer(request: IncomingMessage): Promise<[status: number, body?: unknown]> {
    if (!authorised(request, token)) throw new Problem(401, 'unauthenticated', 'a bearer token is needed')
    const [, first, id, ...more] = (request.url ?? '').split('?')[0]!.split('/')
    const route = more.length > 0 ? '' : `${request.method} /${first}${id === undefined ? '' : '/:id'}`
    world.advance(clock())
    switch (route) {
      case 'GET /health':
        return [
          200,
          {
            status: 'ok',
            devices: world.devices.size,
            circuits: world.circuits.size,
            faults: world.faults.length,
          },
        ]
      case 'GET /faults':
        return [200, { items: world.faults }]
      case 'POST /faults': {
        const fault = parseFault(await bodyOf(request))
        world.advance(clock())
        return [201, world.addFault(fault)]
      }
      case 'DELETE /faults/:id':
        if (!world.removeFault(id!)) throw new Problem(404, 'not-found', 'no such fault')
        return [204]
      default:
        throw new Problem(404, 'not-found', 'no such resource')
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [status, body] = await answer(request)
      response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
      response.end(body === undefined ? undefined : JSON.stringify(body))
    } catch (error) {
      const { status, code, message } = asProblem(error)
      response.writeHead(status, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ type: 'about:blank', status, code, title: code, detail: message }))
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
