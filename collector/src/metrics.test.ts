import { afterEach, expect, it } from 'vitest'
import type { CollectorHealth } from './contract.ts'
import { serveMetrics, type CollectorSight, type MetricsServer } from './metrics.ts'

let server: MetricsServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const health: CollectorHealth = {
  atMs: 0,
  targets: 10,
  probes: 2,
  spooledBatches: 3,
  spooledBytes: 4096,
  spoolHoursLeft: 72,
  lagMs: 1500,
  onTimePercent: 98.5,
  cpuPercent: 1,
  rssBytes: 1,
  faults: [{ code: 'disk-full', text: '' }],
}
const sight: CollectorSight = {
  software: {
    version: '1.2.3',
    release: null,
    platform: 'linux-x64',
    isUpgradable: false,
    failedRelease: null,
  },
  health: () => health,
  polls: () => ({ onTime: 90, late: 8, skipped: 2 }),
  snmp: () => ({
    counters: {
      sent: 100,
      received: 99,
      retried: 3,
      timedOut: 1,
      malformed: 0,
      strays: 4,
      foreign: 5,
      socketErrors: 0,
    },
    state: { pending: 7, window: 64, grantedOctets: 1, lines: 0 },
  }),
  isConnected: () => true,
}

const ask = async (path = '/metrics', init?: RequestInit) => {
  server ??= await serveMetrics(sight, { port: 0 })
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init)
  return { status: response.status, text: await response.text() }
}

it.each([
  'zongheng_collector_polls_total{outcome="onTime"} 90',
  'zongheng_collector_polls_total{outcome="late"} 8',
  'zongheng_collector_snmp_events_total{event="timedOut"} 1',
  'zongheng_collector_snmp_events_total{event="foreign"} 5',
  'zongheng_collector_snmp_window 64',
  'zongheng_collector_on_time_ratio 0.985',
  'zongheng_collector_lag_seconds 1.5',
  'zongheng_collector_spool_bytes 4096',
  'zongheng_collector_spool_left_seconds 259200',
  'zongheng_collector_fault{code="disk-full"} 1',
  'zongheng_collector_connected 1',
  'zongheng_collector_info{version="1.2.3"} 1',
])('tells %s', async (line) => expect((await ask()).text.split('\n')).toContain(line))

it('tells the same when it is asked again', async () => {
  await ask()
  expect((await ask()).text).toContain('zongheng_collector_polls_total{outcome="onTime"} 90\n')
})

it.each([
  ['/', undefined],
  ['/metrics/', undefined],
  ['/metrics', { method: 'POST' }],
])('answers nothing else: %s %j', async (path, init) => expect((await ask(path, init)).status).toBe(404))
