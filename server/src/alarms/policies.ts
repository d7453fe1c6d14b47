import type { Finding } from '../state/finding.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'

/** Of which root alarms a policy speaks; what is left out matches all. */
export interface PolicyMatch {
  severities?: Severity[]
  conditions?: string[]
  entityTypes?: string[]
}

export interface PolicyAction {
  open: 'never' | 'at-once' | 'after'
  /** With `after`: so long it must speak for itself. */
  afterMinutes?: number
  /** Instead of the region's own. */
  teamId?: string | null
  /** Instead of the alarm's. */
  priority?: Priority | null
}

export interface IncidentPolicy {
  id: string
  regionId: string
  position: number
  name: string
  match: PolicyMatch
  action: PolicyAction
  isEnabled: boolean
}

/** What is to be done for a root alarm. */
export interface Decision {
  /** Null: no incident. */
  afterMs: number | null
  teamId: string | null
  priority: Priority
  /** Null: the built-in policy. */
  policyId: string | null
}

/** For what has no priority of its own and is to have an incident all the same. */
const priorityBySeverity: Record<Severity, Priority> = {
  critical: 'P1',
  major: 'P2',
  minor: 'P3',
  warning: 'P4',
}

/** The built-in policy: an incident at once for whatever has a priority, on the region's team. */
export const usual = ({ priority, severity }: Finding): Decision => ({
  afterMs: priority === null ? null : 0,
  teamId: null,
  priority: priority ?? priorityBySeverity[severity],
  policyId: null,
})

/** Nearest region first, in a region by position: the first that matches decides. Else the built-in one. */
export class PolicyBook {
  readonly #byRegion: Map<string, IncidentPolicy[]>
  readonly #regionsAbove: (regionId: string) => readonly string[]

  constructor(policies: Iterable<IncidentPolicy>, regionsAbove: (regionId: string) => readonly string[]) {
    const enabled = [...policies].filter(({ isEnabled }) => isEnabled)
    enabled.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
    this.#byRegion = Map.groupBy(enabled, ({ regionId }) => regionId)
    this.#regionsAbove = regionsAbove
  }

  decide(finding: Finding): Decision {
    const policy = this.#policyFor(finding)
    if (!policy) return usual(finding)
    const { open, afterMinutes = 0, teamId = null, priority } = policy.action
    const afterMs = open === 'never' ? null : open === 'after' ? afterMinutes * 60_000 : 0
    return { afterMs, teamId, priority: priority ?? usual(finding).priority, policyId: policy.id }
  }

  #policyFor(finding: Finding): IncidentPolicy | undefined {
    if (this.#byRegion.size === 0) return undefined
    for (const regionId of this.#regionsAbove(finding.regionId)) {
      const found = this.#byRegion.get(regionId)?.find(({ match }) => matches(match, finding))
      if (found) return found
    }
    return undefined
  }
}

function matches({ severities, conditions, entityTypes }: PolicyMatch, finding: Finding): boolean {
  const has = (wanted: readonly string[] | undefined, value: string) =>
    wanted === undefined || wanted.length === 0 || wanted.includes(value)
  return (
    has(severities, finding.severity) &&
    has(conditions, finding.condition) &&
    has(entityTypes, finding.entityType)
  )
}
