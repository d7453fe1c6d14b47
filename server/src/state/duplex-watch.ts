import { builtIn } from '@zongheng/inventory/conditions.ts'
import { duplexFault } from '@zongheng/inventory/duplex.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import type { Duplex } from '@zongheng/inventory/interface.ts'
import type { Log } from '../log.ts'
import type { FindingSource } from './finding-source.ts'
import type { Finding } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

/** A port that is up at half duplex. */
export interface HalfPort {
  id: string
  deviceId: string
  ifName: string
  ifSpeedBps: number | null
  updatedAtMs: number
}

export interface DuplexDeps {
  log: Log
  halfPorts: () => Promise<HalfPort[]>
  /** Of these ports, where they tell. */
  duplexOf: (interfaceIds: string[]) => Promise<Map<string, Duplex>>
}

const lookEveryMs = 5 * 60_000

/** Ports at half duplex that should not be: fast ones, and those whose far end is at full duplex. O(ports at half duplex). */
export class DuplexWatch implements FindingSource {
  readonly #deps: DuplexDeps
  #ground: Ground | undefined
  #findings: Finding[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(deps: DuplexDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const look = () =>
      this.look().catch((err: unknown) =>
        this.#deps.log.warn({ err }, 'the duplex of ports was not looked at'),
      )
    await look()
    this.#timer = setInterval(() => void look(), lookEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Reads anew what discovery found; the next pass tells. */
  async look(): Promise<void> {
    const ports = await this.#deps.halfPorts()
    const farOf = this.#farEnds()
    const far = await this.#deps.duplexOf(ports.flatMap(({ id }) => farOf.get(id) ?? []))
    this.#findings = ports.flatMap((port) => {
      const fault = duplexFault({ ...port, duplex: 'half', far: far.get(farOf.get(port.id) ?? '') ?? null })
      return fault ? (this.#finding(port, fault) ?? []) : []
    })
  }

  rebuild(ground: Ground): void {
    this.#ground = ground
  }

  judge({ findings }: Pass): void {
    for (const finding of this.#findings) findings.keep(finding)
  }

  isKnown(_: string, condition: string): boolean | undefined {
    return condition === 'duplex-mismatch' ? true : undefined
  }

  /** The port at the other end of each line's port. */
  #farEnds(): Map<string, string> {
    const circuits = [...(this.#ground?.model.circuits.values() ?? [])]
    return new Map(
      circuits.flatMap(({ a, z }): [string, string][] => [
        [a.interfaceId, z.interfaceId],
        [z.interfaceId, a.interfaceId],
      ]),
    )
  }

  #finding({ id, deviceId, ifName, ifSpeedBps, updatedAtMs }: HalfPort, fault: string): Finding | null {
    const device = this.#ground?.model.devices.get(deviceId)
    if (!device) return null
    const { severity, priority, holdMs, clearHoldMs } = builtIn('duplex-mismatch')
    const speed = ifSpeedBps === null ? '' : `${ifSpeedBps / 1e6} Mbit/s`
    const values = { ifName, speed, fault }
    return {
      entityType: 'interface',
      entityId: id,
      entityName: `${device.name} ${ifName}`,
      regionId: device.regionId,
      siteId: device.siteId,
      deviceId,
      condition: 'duplex-mismatch',
      severity,
      priority,
      holdMs,
      clearHoldMs,
      values,
      evidence: [evidence('duplex', 'bad', updatedAtMs, values)],
      sinceMs: updatedAtMs,
    }
  }
}
