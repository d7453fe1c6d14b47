import { between, whole } from '@zongheng/inventory/demo/hash.ts'
import type { PastDrill } from '../drills/service.ts'
import { newRecord, type DrillReason } from '../drills/watch.ts'
import type { EstateModel } from '../estate/model.ts'

const minute = 60_000
const dayMs = 24 * 60 * minute

/** Every fifth link was drilled within the last quarter; one in six of them did not pass. The links' own numbers decide. */
export function demoDrills({ links, devices }: EstateModel, nowMs: number): PastDrill[] {
  return [...links.values()].flatMap(({ id, name, regionId, lowerSiteId, circuits }, n) => {
    const standby = circuits[1]
    if (!standby || n % 5 !== 0) return []
    const plannedMs =
      Math.floor((nowMs - between(`drill ${name}`, 3, 85) * dayMs) / dayMs) * dayMs + 14 * 60 * minute
    const leftMs = plannedMs + whole(`left ${name}`, 40_000, 170_000)
    const isSlow = n % 60 === 5
    const isFull = n % 60 === 35
    const tookMs =
      leftMs + (isSlow ? whole(`slow ${name}`, 92_000, 160_000) : whole(`took ${name}`, 2_000, 22_000))
    const backMs = tookMs + whole(`back ${name}`, 6 * minute, 18 * minute)
    const rtt = between(`rtt ${name}`, 18, 38)
    const reasons: DrillReason[] = [
      ...(isSlow ? ['slow' as const] : []),
      ...(isFull ? ['overload' as const] : []),
    ]
    const below = [...devices.values()].filter(({ siteId }) => siteId === lowerSiteId).length
    return [
      {
        linkId: id,
        regionId,
        circuitId: standby.id,
        plannedMs,
        endedMs: backMs + minute,
        record: {
          ...newRecord(plannedMs + 30 * minute, '季度切换演练'),
          leftMs,
          tookMs,
          backMs,
          silentDevices: isSlow ? below : 0,
          looks: Math.round((backMs - tookMs) / 1000),
          rttMs: { mean: rtt, max: rtt * 1.4 },
          lossPercent: 0,
          loadPercent: isFull ? between(`full ${name}`, 88, 97) : between(`load ${name}`, 12, 60),
          reasons,
        },
      },
    ]
  })
}
