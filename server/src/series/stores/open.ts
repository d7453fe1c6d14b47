import { join } from 'node:path'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { outboxFile, storeOf } from './address.ts'
import type { Backend } from './backend.ts'
import type { StoreAddress } from './http.ts'
import { InfluxDB } from './influxdb.ts'
import { OutsideSeries } from './outside.ts'
import { VictoriaMetrics } from './victoria-metrics.ts'

/** The store that `seriesUrl` names, with its outbox in the data folder; null: the embedded one. */
export function openOutside(
  seriesUrl: string,
  { dataDir, clock, log }: { dataDir: string; clock: Clock; log: Log },
): OutsideSeries | null {
  const { kind, address } = storeOf(seriesUrl)
  if (kind === 'embedded') return null
  const outboxPath = join(dataDir, outboxFile)
  return new OutsideSeries(backendOf(kind, address), { address, outboxPath, clock, log })
}

/** Only to look at: without an outbox. */
export function backendOf(kind: 'victoriametrics' | 'influxdb', address: StoreAddress): Backend {
  return kind === 'influxdb' ? new InfluxDB(address) : new VictoriaMetrics(address)
}
