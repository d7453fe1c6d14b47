import { evidence } from '@zongheng/inventory/evidence.ts'
import type { Directions } from '@zongheng/inventory/link-flow.ts'
import { builtIn } from '@zongheng/inventory/conditions.ts'
import type { LinkModel } from '../estate/model.ts'
import type { Finding } from './finding.ts'

/** Links whose two directions go different ways, until they do not. */
export class AsymmetryWatch {
  readonly #findings = new Map<string, Finding>()

  take(link: LinkModel, directions: Directions, atMs: number): void {
    if (!directions.isAsymmetric) this.#findings.delete(link.id)
    else this.#findings.set(link.id, finding(link, directions, this.#findings.get(link.id)?.sinceMs ?? atMs))
  }

  findings(): Iterable<Finding> {
    return this.#findings.values()
  }

  clear(): void {
    this.#findings.clear()
  }
}

function finding(link: LinkModel, directions: Directions, sinceMs: number): Finding {
  const { severity, priority, holdMs, clearHoldMs } = builtIn('link-asymmetric')
  const numberOf = (id: string | undefined) =>
    link.circuits.find((circuit) => circuit.id === id)?.number ?? ''
  const values = {
    in: numberOf(directions.in?.circuitId),
    inPercent: Math.round(directions.in?.percent ?? 0),
    out: numberOf(directions.out?.circuitId),
    outPercent: Math.round(directions.out?.percent ?? 0),
  }
  return {
    entityType: 'link',
    entityId: link.id,
    entityName: link.name,
    regionId: link.regionId,
    siteId: link.lowerSiteId,
    deviceId: null,
    condition: 'link-asymmetric',
    severity,
    priority,
    holdMs,
    clearHoldMs,
    values,
    evidence: [evidence('asymmetric', 'bad', sinceMs, values)],
    sinceMs,
  }
}
