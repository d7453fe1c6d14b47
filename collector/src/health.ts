import type { CollectorHealth } from './contract.ts'

/** CPU as a share of one core since the call before. */
export function processMeter(): () => Pick<CollectorHealth, 'cpuPercent' | 'rssBytes'> {
  let usage = process.cpuUsage()
  let at = performance.now()
  return () => {
    const { user, system } = process.cpuUsage(usage)
    const elapsedMs = performance.now() - at
    usage = process.cpuUsage()
    at = performance.now()
    return {
      cpuPercent: Math.round(((user + system) / 10 / Math.max(1, elapsedMs)) * 10) / 10,
      rssBytes: process.memoryUsage.rss(),
    }
  }
}
