import { backupUnusedDays } from '@zongheng/inventory/circuit-use.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { CircuitModel, LinkModel } from '../estate/model.ts'
import type { Log } from '../log.ts'
import { loadUses, saveUses } from './circuit-use-store.ts'
import type { FindingSource } from './finding-source.ts'
import type { Finding } from './finding.ts'
import type { Ground, Pass } from './pass.ts'

const dayMs = 86_400_000
const keepEveryMs = 5 * 60_000
const judgeEveryMs = 60_000

export interface CircuitUsesDeps {
  db: Db
  clock: Clock
  log: Log
  /** As this process saw it. */
  carriedAt: (circuitId: string) => number | null
}

/** When each circuit last carried traffic, kept over restarts; and the backups of which nobody knows whether they still can. */
export class CircuitUses implements FindingSource {
  readonly #deps: CircuitUsesDeps
  /** As kept. */
  readonly #carriedMs = new Map<string, number>()
  readonly #knownMs = new Map<string, number>()
  #ground: Ground | undefined
  #findings: Finding[] = []
  #judgedMs = -Infinity
  #timer: NodeJS.Timeout | undefined

  constructor(deps: CircuitUsesDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.#load()
    const keep = () =>
      void this.keep().catch((err: unknown) => this.#deps.log.warn({ err }, 'uses of circuits were not kept'))
    this.#timer = setInterval(keep, keepEveryMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.keep()
  }

  /** What is newer than what is kept, by some minutes; new circuits become known. */
  async keep(): Promise<void> {
    const ids = [...(this.#ground?.model.circuits.keys() ?? [])]
    const newer = ids.flatMap((id): [string, number][] => {
      const carriedMs = this.#deps.carriedAt(id)
      return carriedMs !== null && carriedMs - (this.#carriedMs.get(id) ?? 0) >= keepEveryMs
        ? [[id, carriedMs]]
        : []
    })
    await saveUses(this.#deps.db, newer)
    for (const [id, carriedMs] of newer) this.#carriedMs.set(id, carriedMs)
    if (ids.some((id) => !this.#knownMs.has(id))) await this.#load()
  }

  async #load(): Promise<void> {
    for (const { circuitId, knownMs, carriedMs } of await loadUses(this.#deps.db)) {
      this.#knownMs.set(circuitId, knownMs)
      if (carriedMs !== null) this.#carriedMs.set(circuitId, carriedMs)
    }
    this.#judgedMs = -Infinity
  }

  // ---- judging ------------------------------------------------------------------------------

  rebuild(ground: Ground): void {
    this.#ground = ground
    this.#judgedMs = -Infinity
  }

  judge({ nowMs, findings }: Pass): void {
    if (Math.abs(nowMs - this.#judgedMs) >= judgeEveryMs) {
      this.#judgedMs = nowMs
      const links = [...(this.#ground?.model.links.values() ?? [])]
      this.#findings = links.flatMap((link) =>
        link.circuits.slice(1).flatMap((circuit) => this.#unused(link, circuit, nowMs) ?? []),
      )
    }
    for (const finding of this.#findings) findings.keep(finding)
  }

  isKnown(_: string, condition: string): boolean | undefined {
    return condition === 'backup-unused' ? true : undefined
  }

  #unused(link: LinkModel, circuit: CircuitModel, nowMs: number): Finding | null {
    const carriedMs =
      Math.max(this.#deps.carriedAt(circuit.id) ?? 0, this.#carriedMs.get(circuit.id) ?? 0) || null
    const sinceMs = carriedMs ?? this.#knownMs.get(circuit.id) ?? nowMs
    const days = Math.floor((nowMs - sinceMs) / dayMs)
    if (days < backupUnusedDays) return null
    const { severity, priority, holdMs, clearHoldMs } = builtIn('backup-unused')
    const values = { number: circuit.number, days, limit: backupUnusedDays, carriedAtMs: carriedMs }
    return {
      entityType: 'circuit',
      entityId: circuit.id,
      entityName: `${link.name} ${circuit.number}`,
      regionId: link.regionId,
      siteId: link.lowerSiteId,
      deviceId: circuit.z.deviceId,
      condition: 'backup-unused',
      severity,
      priority,
      holdMs,
      clearHoldMs,
      values,
      evidence: [evidence('backup-idle', 'bad', carriedMs, values, circuit.id)],
      sinceMs: sinceMs + backupUnusedDays * dayMs,
    }
  }
}
