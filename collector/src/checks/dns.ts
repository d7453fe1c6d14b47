import { Resolver } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import type { CheckCode, DnsType } from '@zongheng/inventory/check.ts'
import { addressOf } from './icmp.ts'
import { CheckFailure, quote } from './outcome.ts'
import type { CheckRunner } from './runner.ts'

const tries = 2
const shownAnswers = 10

const codes: Record<string, CheckCode<'dns'>> = {
  ENOTFOUND: 'name-not-found',
  ENODATA: 'no-data',
  ESERVFAIL: 'server-failed',
  ENOTIMP: 'server-failed',
  EREFUSED: 'refused',
  ECONNREFUSED: 'unreachable', // what c-ares says of a server that cannot be reached
  ETIMEOUT: 'timeout',
  EBADRESP: 'malformed',
  EFORMERR: 'malformed',
  EBADNAME: 'malformed',
}

type Ask = (resolver: Resolver, name: string) => Promise<string[]>

/** Answers as zone files write them, without the last dot. */
const asks: Record<DnsType, Ask> = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: (resolver, name) => resolver.resolveCname(name),
  NS: (resolver, name) => resolver.resolveNs(name),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map((parts) => parts.join('')),
  PTR: (resolver, name) => (isIP(name) ? resolver.reverse(name) : resolver.resolvePtr(name)),
  MX: async (resolver, name) =>
    (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}`),
  SRV: async (resolver, name) =>
    (await resolver.resolveSrv(name)).map((one) => `${one.priority} ${one.weight} ${one.port} ${one.name}`),
  SOA: async (resolver, name) => {
    const { nsname, hostmaster, serial } = await resolver.resolveSoa(name)
    return [`${nsname} ${hostmaster} ${serial}`]
  },
}

export const dnsCheck: CheckRunner<'dns'> = async (spec, { measure, timeoutMs, signal }) => {
  const server = spec.server && (isIP(spec.server) ? spec.server : await addressOf(spec.server))
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / (tries + 1))), tries })
  if (server) resolver.setServers([`${isIPv6(server) ? `[${server}]` : server}:${spec.port}`])
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  const startedMs = performance.now()
  try {
    const answers = await asks[spec.type](resolver, spec.name)
    measure('checkMs', performance.now() - startedMs)
    const found = quote(answers.slice(0, shownAnswers).join(', '))
    const given = new Set(answers.map(plain))
    const missing = spec.expect.filter((one) => !given.has(plain(one)))
    if (missing.length > 0) throw new CheckFailure('answer-missing', { expected: missing.join(', '), found })
    return { values: { found } }
  } catch (error) {
    if (error instanceof CheckFailure || signal.aborted) throw error
    const code = codes[(error as NodeJS.ErrnoException).code ?? '']
    throw code ? new CheckFailure(code, { name: spec.name }, { cause: error }) : error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Names are told apart by neither case nor their last dot. */
const plain = (answer: string) => answer.toLowerCase().replace(/\.$/, '')
