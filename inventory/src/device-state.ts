import type { DeviceState } from './device.ts'
import { evidence, type EvidenceItem } from './evidence.ts'

/** What polls of a device have said, and what is known of the site it stands in without it. */
export interface DeviceEvidence {
  name: string
  pollIntervalMs: number
  answeredAtMs: number | null
  silentAtMs: number | null
  /** First failed poll since the last answer; null while it answers. */
  silentSinceMs: number | null
  site: {
    name: string
    /** Last sign of life from anything else at the site. */
    seenAtMs: number | null
    /** Since when the site is not dark; null while it is. */
    visibleSinceMs: number | null
    dark: boolean
    /** Something nearer to the collector could explain its darkness. */
    explained: boolean
  }
  /** A finding on the device itself, such as a failed fan. */
  impaired: boolean
}

export interface DeviceVerdict {
  state: DeviceState
  atMs: number | null
  evidence: EvidenceItem[]
}

/** How long a poll counts: two and a half intervals, and half a minute. */
export const deviceFreshMs = (pollIntervalMs: number) => 2.5 * pollIntervalMs + 30_000

/**
 * | polls | the site, without this device | state |
 * | --- | --- | --- |
 * | answered last | any | up, or degraded when something on it failed |
 * | silent | seen since the silence, and silent since the site is visible | down |
 * | silent | dark, and something nearer explains it | unreachable |
 * | silent | dark, nothing nearer | down |
 * | silent | not asked yet | as before |
 * | nothing fresh | any | unknown |
 *
 * The second row's two halves keep order: a site that has just come back has devices that were last asked while it was away.
 */
export function judgeDevice(e: DeviceEvidence, before: DeviceState, nowMs: number): DeviceVerdict {
  const newest = Math.max(e.answeredAtMs ?? 0, e.silentAtMs ?? 0)
  if (newest === 0 || nowMs - newest > deviceFreshMs(e.pollIntervalMs)) {
    return { state: 'unknown', atMs: null, evidence: [evidence('no-evidence', 'neutral', newest || null)] }
  }
  if (e.silentSinceMs === null) {
    const answers = evidence('device-answers', 'good', e.answeredAtMs, { device: e.name })
    return { state: e.impaired ? 'degraded' : 'up', atMs: e.answeredAtMs, evidence: [answers] }
  }
  const silent = evidence('device-silent', 'bad', e.silentAtMs, { device: e.name, sinceMs: e.silentSinceMs })
  const { site } = e
  if (site.dark) {
    const dark = evidence('site-dark', 'bad', site.seenAtMs, { site: site.name })
    return { state: site.explained ? 'unreachable' : 'down', atMs: e.silentSinceMs, evidence: [silent, dark] }
  }
  const asked = site.visibleSinceMs !== null && e.silentAtMs! > site.visibleSinceMs
  if (asked && site.seenAtMs !== null && site.seenAtMs > e.silentSinceMs) {
    const visible = evidence('site-visible', 'good', site.seenAtMs, { site: site.name })
    return { state: 'down', atMs: e.silentSinceMs, evidence: [silent, visible] }
  }
  return { state: before, atMs: null, evidence: [silent] }
}
