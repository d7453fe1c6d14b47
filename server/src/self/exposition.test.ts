import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../config.ts'
import { withSmallEstate } from '../estate/testing.ts'
import { testApp, type TestApp } from '../testing.ts'

const token = 'prometheus-reads-with-this'
let t: TestApp
let text: string
beforeAll(async () => {
  t = await testApp({ metricsToken: token })
  const ids = await withSmallEstate(t)
  const { presence } = t.services.uplink
  presence.arrived(ids.get('collector') ?? 'col_x')
  await t.anyone({ url: '/api/health' })
  await t.anyone({ url: '/api/v1/nothing' })
  text = (await scrape(t)).body
})
afterAll(() => t.close())

const scrape = (app: TestApp, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  app.app.inject({ method: 'GET', url: '/metrics', headers, remoteAddress })

describe('what Prometheus reads', () => {
  it('is the text format, each line of it', () => {
    const families = parse(text)
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([
        'zongheng_http_request_duration_seconds',
        'zongheng_batches_total',
        'zongheng_samples_total',
        'zongheng_judging_seconds_total',
        'zongheng_notify_failures_total',
        'zongheng_alarms_firing',
        'zongheng_incidents_open',
        'zongheng_sockets',
        'zongheng_series',
        'zongheng_database_bytes',
        'zongheng_collector_up',
        'nodejs_eventloop_lag_seconds',
        'process_resident_memory_bytes',
      ]),
    )
    for (const [name, { type, help }] of families) {
      expect(help, name).not.toBe('')
      if (type === 'counter') expect(name).toMatch(/_total$/)
    }
  })

  it('counts requests by route, whatever was asked for', () => {
    expect(text).toMatch(/_count\{method="GET",route="\/api\/health",status="2xx"\} 1/)
    expect(text).not.toContain('nothing')
  })

  it('counts from zero at each scrape anew', async () => {
    t.services.self.measures.tookBatch('samples', 7)
    for (const _ of [1, 2]) expect((await scrape(t)).body).toMatch(/^zongheng_samples_total 7$/m)
    expect((await scrape(t)).body).toMatch(/^zongheng_batches_total\{lane="samples"\} 1$/m)
  })
})

describe('who may read it', () => {
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  it.each<[string, Partial<Config>, Record<string, string>, string, number]>([
    ['this machine', {}, {}, '127.0.0.1', 200],
    ['this machine, by IPv6', {}, {}, '::1', 200],
    ['a stranger', {}, {}, '10.0.0.9', 401],
    ['a stranger that says it is this machine', {}, { 'x-forwarded-for': '127.0.0.1' }, '10.0.0.9', 401],
    ['whoever a proxy on this machine speaks for', {}, { 'x-forwarded-for': '10.0.0.9' }, '127.0.0.1', 401],
    ['this machine, with a proxy before the server', { trustProxy: true }, {}, '127.0.0.1', 401],
    ['this machine, under another origin', { publicOrigin: 'https://z.example' }, {}, '127.0.0.1', 401],
    ['the holder of the token', { metricsToken: token }, bearer(token), '10.0.0.9', 200],
    ['the holder of another', { metricsToken: token }, bearer(`${token}x`), '10.0.0.9', 401],
    ['the holder of none that was set', {}, bearer(''.padEnd(20, 'x')), '127.0.0.1', 401],
  ])('%s', async (_name, config, headers, address, status) => {
    const guarded = t.context.config
    const before = { ...guarded }
    Object.assign(guarded, { metricsToken: '', trustProxy: false, publicOrigin: '' }, config)
    try {
      expect((await scrape(t, headers, address)).statusCode).toBe(status)
    } finally {
      Object.assign(guarded, before)
    }
  })
})

interface Family {
  type: string
  help: string
  samples: number
}

/** Text exposition format 0.0.4: `# HELP`, `# TYPE`, then samples of that family. Throws at a line that is none. */
function parse(exposition: string): Map<string, Family> {
  const families = new Map<string, Family>()
  const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
  const sample = new RegExp(
    `^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{${label}(,${label})*\\})? (-?[0-9.e+-]+|[+-]Inf|[Nn]a[Nn])$`,
  )
  let open: Family | undefined
  let name = ''
  for (const line of exposition.split('\n').filter(Boolean)) {
    const [, word, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (word === 'HELP') families.set((name = of), (open = { type: '', help: rest, samples: 0 }))
    else if (word === 'TYPE') Object.assign(open!, { type: rest })
    else {
      const of = sample.exec(line)?.[1]
      if (!of?.startsWith(name)) throw new Error(`not of ${name}: ${line}`)
      open!.samples++
    }
  }
  return families
}
