/** What a Prometheus server scrapes from a collector. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { CollectorHealth, CollectorSoftware } from './contract.ts'
import type { PunctualityCounts } from './punctuality.ts'
import type { EngineCounters, EngineState } from './snmp/engine.ts'

/** Where its figures come from; asked at each scrape. */
export interface CollectorSight {
  software: CollectorSoftware
  health: () => CollectorHealth
  polls: () => PunctualityCounts
  snmp: () => { counters: EngineCounters; state: EngineState }
  isConnected: () => boolean
}

type Figures = number | { labels: Record<string, string>; value: number }[]
interface Source {
  name: string
  help: string
  label?: string
  read: (sight: CollectorSight) => Figures
}

export interface MetricsServer {
  port: number
  close(): Promise<void>
}

/** Serves `GET /metrics` on this address; nothing else is answered. */
export async function serveMetrics(
  sight: CollectorSight,
  { port, host = '127.0.0.1' }: { port: number; host?: string },
): Promise<MetricsServer> {
  const registry = registryOf(sight)
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end()
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) }
}

async function closed(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

function registryOf(sight: CollectorSight): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const source of counters) addReading(new Counter({ ...described(source), registers }), source, sight)
  for (const source of gauges) addReading(new Gauge({ ...described(source), registers }), source, sight)
  return registry
}

const described = ({ name, help, label }: Source) => ({ name, help, labelNames: label ? [label] : [] })

function addReading(metric: Counter | Gauge, { read }: Source, sight: CollectorSight): void {
  Object.assign(metric, {
    collect() {
      metric.reset()
      const figures = read(sight)
      if (typeof figures === 'number') metric.inc(figures)
      else for (const { labels, value } of figures) metric.inc(labels, value)
    },
  })
}

const by = (label: string, values: object) =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value: value as number }))

const prefix = 'zongheng_collector'
const counters: Source[] = [
  {
    name: `${prefix}_polls_total`,
    help: 'Polls by how they kept their place: onTime, late, skipped',
    label: 'outcome',
    read: ({ polls }) => by('outcome', polls()),
  },
  {
    name: `${prefix}_snmp_events_total`,
    help: 'Requests sent, replies received, and what went wrong with them',
    label: 'event',
    read: ({ snmp }) => by('event', snmp().counters),
  },
]

const gauges: Source[] = [
  {
    name: `${prefix}_info`,
    help: 'What runs here; always 1',
    label: 'version',
    read: ({ software }) => [{ labels: { version: software.release ?? software.version }, value: 1 }],
  },
  { name: `${prefix}_targets`, help: 'Devices that are polled', read: ({ health }) => health().targets },
  { name: `${prefix}_legs`, help: 'Legs that are probed', read: ({ health }) => health().probes },
  {
    name: `${prefix}_on_time_ratio`,
    help: "Share of the last minute's polls that began in their place",
    read: ({ health }) => {
      const { onTimePercent } = health()
      return onTimePercent == null ? [] : [{ labels: {}, value: onTimePercent / 100 }]
    },
  },
  {
    name: `${prefix}_lag_seconds`,
    help: 'How far behind its schedule the latest poll began',
    read: ({ health }) => health().lagMs / 1000,
  },
  {
    name: `${prefix}_late_devices`,
    help: 'Devices whose latest poll was late or left out',
    read: ({ health }) => health().lateDevices?.count ?? 0,
  },
  {
    name: `${prefix}_snmp_pending`,
    help: 'Requests that have no answer yet',
    read: ({ snmp }) => snmp().state.pending,
  },
  {
    name: `${prefix}_snmp_window`,
    help: 'Requests that may be under way',
    read: ({ snmp }) => snmp().state.window,
  },
  {
    name: `${prefix}_spool_bytes`,
    help: 'What no server has acknowledged yet',
    read: ({ health }) => health().spooledBytes,
  },
  {
    name: `${prefix}_spool_batches`,
    help: 'In so many batches',
    read: ({ health }) => health().spooledBatches,
  },
  {
    name: `${prefix}_spool_left_seconds`,
    help: 'How long its spool lasts without a server',
    read: ({ health }) => {
      const { spoolHoursLeft } = health()
      return spoolHoursLeft == null ? [] : [{ labels: {}, value: spoolHoursLeft * 3600 }]
    },
  },
  {
    name: `${prefix}_connected`,
    help: 'Whether it is connected to its server',
    read: ({ isConnected }) => (isConnected() ? 1 : 0),
  },
  {
    name: `${prefix}_fault`,
    help: 'Faults that stand, by code',
    label: 'code',
    read: ({ health }) => (health().faults ?? []).map(({ code }) => ({ labels: { code }, value: 1 })),
  },
]
