import { once } from 'node:events'
import { request as overHttp, type Agent, type IncomingMessage } from 'node:http'
import { request as overHttps } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Answer {
  status: number
  /** Undefined where the answer is no JSON. */
  body: unknown
}

/** Posts JSON. Throws what the connection threw, or when there is no whole answer in time. */
export async function postJson(
  url: URL,
  body: unknown,
  { agent, timeoutMs }: { agent: Agent | undefined; timeoutMs: number },
): Promise<Answer> {
  const send = url.protocol === 'https:' ? overHttps : overHttp
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(timeoutMs)
  const request = send(url, { method: 'POST', headers, signal, ...(agent ? { agent } : {}) })
  request.end(JSON.stringify(body))
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, body: parsed(await text(response)) }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined // a proxy's own page
  }
}
