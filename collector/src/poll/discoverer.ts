import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from '@zongheng/inventory/profile.ts'
import type { Fact } from '../contract.ts'
import { discover } from '../discover/discover.ts'
import { explain } from '../discover/explain.ts'
import { allSensors, type Discovery } from '../discover/plan.ts'
import { discoverStations } from '../discover/stations.ts'
import { surroundingsOf } from '../discover/surroundings.ts'
import { limiter } from '../limit.ts'
import type { Recorder } from '../recorder.ts'
import type { SnmpReader } from '../snmp/session.ts'
import { changeMarkAmong, changeOids } from './change-marks.ts'
import type { HeldTarget } from './held-target.ts'
import { presenceAmong, presenceOids } from './presence.ts'
import type { UptimeReading } from './uptime.ts'

/** How a device was when it was discovered. */
export interface DiscoveryMarks {
  atMs: number
  uptime: UptimeReading | null
  tableMark: string
  /** See `changeMarkAmong`. */
  changeMark: string | null
}

/** A device as it was last discovered. */
export interface KnownDevice {
  marks: DiscoveryMarks
  discovery: Discovery
}

type DeviceFact = Extract<Fact, { kind: 'device' }>

/** Walks are heavy: so many devices at once. */
const concurrency = 24

/**
 * Discovers devices, and remembers on disk what it found, so that a restart polls at once. Nothing of it is held in memory:
 * a province of switches would be gigabytes.
 */
export class Discoverer {
  readonly #folder: string
  readonly #profiles: Profile[]
  readonly #recorder: Recorder
  readonly #now: () => number
  readonly #limit = limiter(concurrency)

  private constructor(folder: string, profiles: Profile[], recorder: Recorder, now: () => number) {
    this.#folder = folder
    this.#profiles = profiles
    this.#recorder = recorder
    this.#now = now
  }

  static async open(
    folder: string,
    profiles: Profile[],
    recorder: Recorder,
    now: () => number,
  ): Promise<Discoverer> {
    await mkdir(folder, { recursive: true })
    return new Discoverer(folder, profiles, recorder, now)
  }

  get profiles(): Profile[] {
    return this.#profiles
  }

  /** What was found last; null when nothing is kept, or what is kept is not what it should be. */
  async recall(deviceId: string): Promise<KnownDevice | null> {
    try {
      return knownIn(JSON.parse(await readFile(this.#fileOf(deviceId), 'utf8')))
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  /** Reads the device anew, keeps the result, and tells it when it is another than before, or when somebody asked. */
  discover(target: HeldTarget, reader: SnmpReader, { isAsked }: { isAsked: boolean }): Promise<KnownDevice> {
    return this.#limit(async () => {
      const atMs = this.#now()
      const first = await reader.get([...presenceOids, ...changeOids])
      const { ticks, tableMark } = presenceAmong(first)
      const uptime = ticks === null ? null : { atMs, ticks }
      const discovery = await discover(reader, this.#profiles)
      const device: KnownDevice = {
        marks: { atMs, uptime, tableMark, changeMark: changeMarkAmong(first) },
        discovery,
      }
      const fact = deviceFact(target.deviceId, device)
      const before = await this.recall(target.deviceId)
      if (!before || isAsked || lasting(fact) !== lasting(deviceFact(target.deviceId, before)))
        this.#recorder.fact(fact)
      await this.#keep(target.deviceId, device)
      return device
    })
  }

  /** Tells what hangs on the ports of a device, as it says now. */
  tellStations({ deviceId }: HeldTarget, reader: SnmpReader, { discovery }: KnownDevice): Promise<void> {
    return this.#limit(async () => {
      const atMs = this.#now()
      const stations = await discoverStations(reader, discovery.interfaces)
      this.#recorder.fact({ kind: 'stations', deviceId, atMs, stations })
    })
  }

  /** The name of the port that this ifIndex meant when the device was last discovered. */
  async portNamed(deviceId: string, ifIndex: number): Promise<string | null> {
    const known = await this.recall(deviceId)
    return known?.discovery.interfaces.find((port) => port.ifIndex === ifIndex)?.ifName ?? null
  }

  /** The device is no longer ours; should it come back, it is told anew. */
  async forget(deviceId: string): Promise<void> {
    await rm(this.#fileOf(deviceId), { force: true })
  }

  /** Whole or not at all; a crash may lose it, and it is then discovered again. */
  async #keep(deviceId: string, device: KnownDevice): Promise<void> {
    const file = this.#fileOf(deviceId)
    await writeFile(`${file}.new`, JSON.stringify({ ...device.marks, discovery: device.discovery }), {
      mode: 0o600,
    })
    await rename(`${file}.new`, file)
  }

  #fileOf(deviceId: string): string {
    if (!/^\w{1,64}$/.test(deviceId)) throw new Error(`${JSON.stringify(deviceId)} is no device id`)
    return join(this.#folder, `${deviceId}.json`)
  }
}

function deviceFact(deviceId: string, { marks, discovery }: KnownDevice): DeviceFact {
  const { identity, interfaces } = discovery
  const explanation = explain(discovery)
  return {
    kind: 'device',
    deviceId,
    atMs: marks.atMs,
    identity,
    interfaces,
    sensors: allSensors(discovery).map(({ facts }) => facts),
    ...(explanation && { explanation }),
    surroundings: surroundingsOf(discovery),
  }
}

/** What of a fact is worth telling again: not the time, nor states that are polled anyway. */
function lasting({ identity, interfaces, sensors, explanation, surroundings }: DeviceFact): string {
  return JSON.stringify([
    identity,
    interfaces.map((facts) => ({ ...facts, ifAdminStatus: '', ifOperStatus: '' })),
    sensors,
    explanation,
    surroundings,
  ])
}

/** Null when the file is not what it should be: the device is then discovered again. */
function knownIn(kept: DiscoveryMarks & { discovery?: Discovery }): KnownDevice | null {
  const { discovery, atMs, uptime, tableMark, changeMark = null } = kept // earlier versions kept no such mark
  if (!Array.isArray(discovery?.interfaces) || !Array.isArray(discovery.sensors)) return null
  return { discovery, marks: { atMs, uptime, tableMark, changeMark } }
}
