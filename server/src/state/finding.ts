import type { Condition } from '@zongheng/inventory/condition.ts'
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Priority, Severity } from '@zongheng/inventory/severity.ts'

/** Something is wrong with an entity, now. With its condition the entity is the identity of an alarm. */
export interface Finding {
  entityType:
    | 'link'
    | 'circuit'
    | 'device'
    | 'site'
    | 'sensor'
    | 'interface'
    | 'collector'
    | 'check'
    | 'region'
    | 'service'
    | 'room'
    | 'server'
  entityId: string
  entityName: string
  regionId: string
  siteId: string | null
  /** The device it is on, for sensors and interfaces. */
  deviceId: string | null
  condition: Condition
  severity: Severity
  /** Of its incident; null: recorded and shown, no incident. */
  priority: Priority | null
  /** How long it must last before it fires, and be gone before it clears. */
  holdMs: number
  clearHoldMs: number
  values: Record<string, string | number | null>
  evidence: EvidenceItem[]
  sinceMs: number
}

export const findingKey = (finding: { entityId: string; condition: Condition }) =>
  `${finding.entityId}|${finding.condition}`
