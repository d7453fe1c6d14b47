import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from '@zongheng/inventory/profile.ts'
import type { Fact, Target } from '../contract.ts'
import { discover } from '../discover/discover.ts'
import type { Discovery } from '../discover/plan.ts'
import { limiter } from '../limit.ts'
import type { Recorder } from '../recorder.ts'
import type { SnmpReader } from '../snmp/session.ts'
import { numberOf } from '../snmp/value.ts'
import { presenceOids, sysUpTime, tableMark } from './plan.ts'
import type { UptimeReading } from './uptime.ts'

/** A device as it was last discovered. */
export interface KnownDevice {
  atMs: number
  discovery: Discovery
  uptime: UptimeReading | null
  tableMark: string
}

type DeviceFact = Extract<Fact, { kind: 'device' }>

/** Walks are heavy: so many devices at once. */
const concurrency = 24

/** Discovers devices, and remembers on disk what it found, so that a restart polls at once. */
export class Discoverer {
  readonly #folder: string
  readonly #profiles: Profile[]
  readonly #recorder: Recorder
  readonly #now: () => number
  readonly #known: Map<string, KnownDevice>
  readonly #limit = limiter(concurrency)

  private constructor(
    folder: string,
    profiles: Profile[],
    recorder: Recorder,
    now: () => number,
    known: Map<string, KnownDevice>,
  ) {
    this.#folder = folder
    this.#profiles = profiles
    this.#recorder = recorder
    this.#now = now
    this.#known = known
  }

  static async open(
    folder: string,
    profiles: Profile[],
    recorder: Recorder,
    now: () => number,
  ): Promise<Discoverer> {
    await mkdir(folder, { recursive: true })
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'))
    const known = new Map<string, KnownDevice>()
    for (const file of files) {
      const device = await readKnown(join(folder, file))
      if (device) known.set(file.slice(0, -'.json'.length), device)
    }
    return new Discoverer(folder, profiles, recorder, now, known)
  }

  get profiles(): Profile[] {
    return this.#profiles
  }

  recall(deviceId: string): KnownDevice | null {
    return this.#known.get(deviceId) ?? null
  }

  /** Reads the device anew, keeps the result, and tells it when it is another than before, or when somebody asked. */
  discover(target: Target, reader: SnmpReader, { isAsked }: { isAsked: boolean }): Promise<KnownDevice> {
    return this.#limit(async () => {
      const atMs = this.#now()
      const presence = await reader.get(presenceOids)
      const ticks = numberOf(presence.get(sysUpTime))
      const uptime = ticks === null ? null : { atMs, ticks }
      const discovery = await discover(reader, this.#profiles)
      const device: KnownDevice = { atMs, discovery, uptime, tableMark: tableMark(presence) }
      const fact = deviceFact(target.deviceId, device)
      const before = this.recall(target.deviceId)
      if (!before || isAsked || lasting(fact) !== lasting(deviceFact(target.deviceId, before)))
        this.#recorder.fact(fact)
      this.#known.set(target.deviceId, device)
      await this.#keep(target.deviceId, device)
      return device
    })
  }

  /** The device is no longer ours; should it come back, it is told anew. */
  async forget(deviceId: string): Promise<void> {
    this.#known.delete(deviceId)
    await rm(this.#fileOf(deviceId), { force: true })
  }

  /** Whole or not at all; a crash may lose it, and it is then discovered again. */
  async #keep(deviceId: string, device: KnownDevice): Promise<void> {
    const file = this.#fileOf(deviceId)
    await writeFile(`${file}.new`, JSON.stringify(device), { mode: 0o600 })
    await rename(`${file}.new`, file)
  }

  #fileOf(deviceId: string): string {
    if (!/^\w{1,64}$/.test(deviceId)) throw new Error(`${JSON.stringify(deviceId)} is no device id`)
    return join(this.#folder, `${deviceId}.json`)
  }
}

function deviceFact(deviceId: string, { atMs, discovery }: KnownDevice): DeviceFact {
  const { identity, interfaces, sensors } = discovery
  return { kind: 'device', deviceId, atMs, identity, interfaces, sensors: sensors.map(({ facts }) => facts) }
}

/** What of a fact is worth telling again: not the time, nor states that are polled anyway. */
function lasting({ identity, interfaces, sensors }: DeviceFact): string {
  return JSON.stringify([
    identity,
    interfaces.map((facts) => ({ ...facts, ifAdminStatus: '', ifOperStatus: '' })),
    sensors,
  ])
}

/** Null when the file is not what it should be: the device is then discovered again. */
async function readKnown(file: string): Promise<KnownDevice | null> {
  try {
    const known = JSON.parse(await readFile(file, 'utf8')) as KnownDevice
    return Array.isArray(known.discovery?.interfaces) && Array.isArray(known.discovery.sensors) ? known : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
