import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findingsIn } from '../backup/sqlite.ts'
import { capacityAtRest } from '../series/at-rest.ts'
import { isNearlyFull } from '../series/capacity.ts'
import type { Capacity } from '../series/contract.ts'
import { storeOf } from '../series/stores/address.ts'
import { SeriesStoreAway, SeriesStoreRefused } from '../series/stores/away.ts'
import { backendOf } from '../series/stores/open.ts'
import type { Check } from './examine.ts'
import { error, ok, warn, type Sight } from './finding.ts'
import type { Patient } from './patient.ts'

export const seriesChecks: readonly Check[] = [{ id: 'series-store', look: store }]

async function store({ config: { dataDir, seriesUrl } }: Patient): Promise<Sight[]> {
  const { kind, address } = storeOf(seriesUrl)
  if (kind !== 'embedded') return outside(backendOf(kind, address), address.url)
  const file = join(dataDir, 'series.db')
  // What does not open is a finding of its own.
  return existsSync(file) && findingsIn(file, { full: false }).length === 0
    ? [room('series.db', capacityAtRest(file))]
    : []
}

async function outside(backend: ReturnType<typeof backendOf>, url: string): Promise<Sight[]> {
  try {
    const complaints = await backend.inspect()
    const capacity = await backend.capacity()
    return [
      ...complaints.map(({ zh, en }) => error([zh, en], ['见运维手册“时序数据库”', "see the operators' guide, stores of measured values"])), // prettier-ignore
      room(backend.name, capacity),
    ]
  } catch (failure) {
    if (!(failure instanceof SeriesStoreAway) && !(failure instanceof SeriesStoreRefused)) throw failure
    const { message } = failure
    return [
      error(
        [`访问不到时序数据库 ${backend.name}：${message}`, `${backend.name} cannot be reached: ${message}`],
        [
          `检查 ${url} 和 seriesUrl 中的账号；在此期间数据存放在本机等待`,
          `look at ${url} and at the credentials in seriesUrl; samples wait on this machine meanwhile`,
        ],
      ),
    ]
  }
}

function room(name: string, capacity: Capacity): Sight {
  const { series, mostSeries, bytes } = capacity
  const mebibytes = (bytes / 1024 / 1024).toFixed(0)
  if (!isNearlyFull(capacity)) {
    const bound = mostSeries === null ? ['', ''] : [`，上限 ${mostSeries}`, ` of ${mostSeries}`]
    return ok(
      `${name}：${series} 个序列${bound[0]}，${mebibytes} MiB`,
      `${name}: ${series}${bound[1]} series, ${mebibytes} MiB`,
    )
  }
  return warn(
    [
      `${name} 有 ${series} 个序列，设计上限 ${mostSeries}`,
      `${name} holds ${series} series and is made for ${mostSeries}`,
    ],
    [
      '减少采集的端口，或改用 VictoriaMetrics（见运维手册）',
      "measure fewer interfaces, or move to VictoriaMetrics (operators' guide)",
    ],
  )
}
