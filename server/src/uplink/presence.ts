import type { CollectorHealth, CollectorSoftware, DeviceFinding } from '@zongheng/collector/contract.ts'
import type { Clock } from '../clock.ts'
import type { CollectorLook } from '../state/collector-rules.ts'

/** A collector without a word for this long is away. It says how it fares every 10 s. */
export const awayAfterMs = 45_000

interface Sign {
  connected: boolean
  seenMs: number
  health: CollectorHealth | null
  software: CollectorSoftware | null
}

/** What a collector found out about a device, the last time. */
export interface DeviceNote {
  deviceId: string
  atMs: number
  finding: DeviceFinding
}

const notesKept = 100

/** Whether the collectors are there, in memory. */
export class Presence {
  readonly #clock: Clock
  readonly #signs = new Map<string, Sign>()
  readonly #notes = new Map<string, Map<string, DeviceNote>>()
  readonly #startedMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock()
  }

  /** It was given a key, and will come soon. */
  expect(id: string): void {
    this.#signs.set(id, { connected: false, seenMs: this.#clock(), health: null, software: null })
  }

  /** How it fared before it was away stays known until it says something new. */
  arrived(id: string, software: CollectorSoftware | null = null): void {
    const health = this.#signs.get(id)?.health ?? null
    this.#signs.set(id, { connected: true, seenMs: this.#clock(), health, software })
  }

  left(id: string): void {
    const sign = this.#signs.get(id)
    if (sign) Object.assign(sign, { connected: false, seenMs: this.#clock() })
  }

  heard(id: string, health?: CollectorHealth): void {
    const sign = this.#signs.get(id)
    if (!sign) return
    sign.seenMs = this.#clock()
    if (health) sign.health = health
  }

  /** One for each device and address, newest last. */
  noted(id: string, note: DeviceNote): void {
    const notes = this.#notes.get(id) ?? new Map<string, DeviceNote>()
    const key = `${note.deviceId} ${note.finding.address}`
    notes.delete(key)
    notes.set(key, note)
    if (notes.size > notesKept) notes.delete(notes.keys().next().value!)
    this.#notes.set(id, notes)
  }

  notesOf(id: string): DeviceNote[] {
    return [...(this.#notes.get(id)?.values() ?? [])]
  }

  /** Those that are connected, by their ids. */
  present(): { id: string; sign: Readonly<Sign> }[] {
    return [...this.#signs].filter(([, { connected }]) => connected).map(([id, sign]) => ({ id, sign }))
  }

  /** As alarms are raised about it. What it said of itself counts while it is there. */
  look(id: string): CollectorLook {
    const health = this.#signs.get(id)?.health
    const awaySinceMs = this.awaySinceMs(id)
    if (!health) return { awaySinceMs, isHeard: false }
    const { onTimePercent = null, lagMs, faults = [] } = health
    return { awaySinceMs, isHeard: true, onTimePercent, lagMs, faults }
  }

  of(id: string): Readonly<Sign> | undefined {
    return this.#signs.get(id)
  }

  /** Since when a collector is away; null while it is there, or has only just been expected. */
  awaySinceMs(id: string): number | null {
    const seenMs = this.#signs.get(id)?.seenMs ?? this.#startedMs
    return this.#clock() - seenMs > awayAfterMs ? seenMs : null
  }
}
