/** HTTP to where an operator said: bounded in time and size, by http or https alone, following nothing. */
import { lookup as lookUp, type LookupAddress } from 'node:dns'
import { request as requestHttp, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import type { Handed } from './transport.ts'

const answerAtMost = 64 * 1024
const withinMs = 10_000
/** Of an answer, what is kept and shown. */
const shownAtMost = 500

/**
 * Gateways stand in the office network or beside the server, so private addresses are fine. Nobody's gateway is what only this
 * machine's own surroundings offer: link-local (where clouds keep their metadata), unspecified, multicast.
 */
const forbidden = new BlockList()
for (const [net, prefix] of [['0.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 4], ['240.0.0.0', 4]] as const) forbidden.addSubnet(net, prefix, 'ipv4') // prettier-ignore
for (const [net, prefix] of [['::', 128], ['fe80::', 10], ['ff00::', 8], ['fd00:ec2::', 32]] as const) forbidden.addSubnet(net, prefix, 'ipv6') // prettier-ignore

export const isForbidden = (address: string): boolean =>
  forbidden.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** The address that was looked at is the one that is connected to. */
const safeLookup: LookupFunction = (hostname, options, done) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found as LookupAddress[] | undefined) ?? []
    const refused = addresses.find(({ address }) => isForbidden(address))
    const failed = error ?? (refused ? new Error(`${refused.address} is not a gateway's address`) : null)
    if (failed || !addresses[0]) return done(failed ?? new Error(`${hostname} has no address`), '', 4)
    if (options.all) done(null, addresses)
    else done(null, addresses[0].address, addresses[0].family)
  })
}

export interface Ask {
  method: 'GET' | 'POST'
  url: string
  headers?: Record<string, string>
  body?: Buffer | string
  charset?: string
}

export interface Answer {
  status: number
  text: string
}

/** Rejects when there is no answer; its message says why, without the address, which may be a secret. */
export function ask({ method, url, headers = {}, body, charset = 'utf-8' }: Ask): Promise<Answer> {
  const target = new URL(url)
  if (target.protocol !== 'http:' && target.protocol !== 'https:') throw new Error('neither http nor https')
  const host = target.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && isForbidden(host)) throw new Error(`${host} is not a gateway's address`)
  const options: RequestOptions = {
    method,
    lookup: safeLookup,
    signal: AbortSignal.timeout(withinMs),
    agent: false,
    headers: { 'user-agent': 'zongheng', ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) }, // prettier-ignore
  }
  return new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? requestHttps : requestHttp)(
      target,
      options,
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size <= answerAtMost) chunks.push(chunk)
          else response.destroy(new Error(`its answer is longer than ${answerAtMost} octets`))
        })
        response.on('error', (error) => reject(told(error)))
        response.on('end', () => {
          const text = new TextDecoder(charset).decode(Buffer.concat(chunks))
          resolve({ status: response.statusCode ?? 0, text })
        })
      },
    )
    request.on('error', (error) => reject(told(error)))
    request.end(body)
  })
}

function told(error: Error & { code?: string }): Error {
  const isLate = error.name === 'TimeoutError' || error.name === 'AbortError'
  return new Error(isLate ? `no answer within ${withinMs / 1000} s` : (error.code ?? error.message), {
    cause: error,
  })
}

export const shown = (text: string) => (text.length > shownAtMost ? `${text.slice(0, shownAtMost)}…` : text)

const worthAnother = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500

/** What an answer's status says; a redirect is a wrong address, followed nowhere. */
export const byStatus = ({ status, text }: Answer): Handed =>
  status >= 200 && status < 300
    ? { ok: true, answer: shown(`${status} ${text}`) }
    : { ok: false, answer: shown(`${status} ${text}`), again: worthAnother(status) }

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask({
    method: 'POST',
    url,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
