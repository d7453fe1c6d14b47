import { isDeepStrictEqual } from 'node:util'
import { openSealed, type CollectorHealth, type SnmpCredential } from '../contract.ts'
import type { PunctualityCounts } from '../punctuality.ts'
import type { Recorder } from '../recorder.ts'
import { Schedule } from '../schedule.ts'
import type { SealingKeys } from '../seal.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import type { Patience } from '../snmp/request.ts'
import { DevicePoller, usualTiming, type DeviceTiming, type PollDepth } from './device.ts'
import type { Discoverer } from './discoverer.ts'
import type { HeldTarget } from './held-target.ts'
import { openLine } from './line.ts'
import { LineLimited } from './line-limited.ts'
import { CellPool } from './scratch.ts'

export interface PollerParts {
  engine: SnmpEngine
  keys: SealingKeys
  recorder: Recorder
  discoverer: Discoverer
  now: () => number
  /** Other than usual, for tests. */
  patience?: Patience
  timing?: DeviceTiming
  /** Told with the device it is about. */
  onError: (error: Error, about: { deviceId: string; doing: string }) => void
  /** These devices cannot be polled as often as they should: their lines give monitoring no more. Told when they are others. */
  onLineLimited?: (deviceIds: readonly string[]) => void
}

export type PollHealth = Pick<
  CollectorHealth,
  'lagMs' | 'onTimePercent' | 'late' | 'skipped' | 'lateDevices' | 'timeouts'
>

interface Entry {
  device: DevicePoller
  credential: SnmpCredential
}

/** Devices that are asked together are answered together: one waking serves many replies. */
const gatherMs = 200

/** All devices of the assignment, each on its schedule; what happens at a site makes its other devices be polled at once. */
export class Poller {
  readonly #parts: PollerParts
  readonly #entries = new Map<string, Entry>()
  readonly #schedule: Schedule
  readonly #limited: LineLimited
  readonly #cells = new CellPool()

  constructor(parts: PollerParts) {
    this.#parts = parts
    const { firstWithinMs } = parts.timing ?? usualTiming
    this.#limited = new LineLimited(parts.onLineLimited)
    this.#schedule = new Schedule({
      gatherMs: Math.min(gatherMs, firstWithinMs),
      firstWithinMs,
      onSkipped: (id) => {
        if (this.device(id)?.isHeldByLine) this.#limited.add(id)
      },
    })
  }

  /** How the devices' places in their periods are kept. */
  health(): PollHealth {
    const { lastMinute, late, lateCount } = this.#schedule.health()
    const due = lastMinute.onTime + lastMinute.late + lastMinute.skipped
    return {
      lagMs: Math.round(this.#schedule.lagMs),
      onTimePercent: due === 0 ? null : Math.floor((1000 * lastMinute.onTime) / due) / 10,
      late: lastMinute.late,
      skipped: lastMinute.skipped,
      lateDevices: { count: lateCount, ids: late },
      timeouts: this.#parts.engine.counters.timedOut,
    }
  }

  /** How places were kept, since the start. */
  get punctuality(): PunctualityCounts {
    return this.#schedule.health().total
  }

  get size(): number {
    return this.#entries.size
  }

  device(deviceId: string): DevicePoller | undefined {
    return this.#entries.get(deviceId)?.device
  }

  /** Adds a target, or changes it: one that moved, or has another credential, starts anew. */
  set(target: HeldTarget): void {
    const known = this.#entries.get(target.deviceId)
    const credential =
      known?.device.target.snmp === target.snmp
        ? known.credential
        : openSealed<SnmpCredential>(this.#parts.keys, target.snmp)
    if (known && isSameDevice(known, target, credential)) known.device.update(target)
    else {
      known?.device.close()
      this.#entries.set(target.deviceId, { device: this.#open(target, credential), credential })
    }
    const { deviceId, pollIntervalS } = target
    const periodMs = pollIntervalS * 1000
    this.#schedule.set(deviceId, periodMs, () => this.#poll(deviceId, periodMs))
  }

  delete(deviceId: string): void {
    this.#schedule.delete(deviceId)
    this.#entries.get(deviceId)?.device.close()
    this.#entries.delete(deviceId)
    this.#limited.delete(deviceId)
  }

  ids(): string[] {
    return [...this.#entries.keys()]
  }

  /** Polls the devices of these sites at once. */
  sweep(siteIds: string[], depth: PollDepth, except?: DevicePoller): void {
    const sites = new Set(siteIds)
    for (const { device } of this.#entries.values())
      if (device !== except && sites.has(device.target.siteId)) device.sweep(depth)
  }

  close(): void {
    this.#schedule.clear()
    for (const { device } of this.#entries.values()) device.close()
    this.#entries.clear()
  }

  /** A device that was limited is so no more when a poll of it fits its period. */
  async #poll(deviceId: string, periodMs: number): Promise<void> {
    const startedMs = performance.now()
    await this.device(deviceId)?.poll('full')
    if (performance.now() - startedMs < periodMs) this.#limited.delete(deviceId)
  }

  #open(target: HeldTarget, credential: SnmpCredential): DevicePoller {
    const { engine, recorder, discoverer, now, patience, timing, onError } = this.#parts
    const { deviceId } = target
    const onForeignReply = (from: string) =>
      recorder.fact({
        kind: 'finding',
        deviceId,
        atMs: now(),
        finding: { kind: 'foreign-reply', address: from },
      })
    return new DevicePoller({
      target,
      line: openLine(engine, target, credential, onForeignReply, patience),
      isV1: credential.version === '1',
      recorder,
      discoverer,
      cells: this.#cells,
      ...(timing ? { timing } : {}),
      now,
      onSilence: (device) => this.sweep([device.target.siteId], 'status', device),
      onError: (error, doing) => onError(error, { deviceId, doing }),
    })
  }
}

/** Whether what is known of it still counts, and it is still asked in the same way. */
function isSameDevice(
  { device, credential }: Entry,
  target: HeldTarget,
  newCredential: SnmpCredential,
): boolean {
  const { address, port } = device.target
  return address === target.address && port === target.port && isDeepStrictEqual(credential, newCredential)
}
