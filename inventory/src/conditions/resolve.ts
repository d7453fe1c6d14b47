/** Which rule gave which setting: entity before nearest region before class before the product's own. */
import type { Priority, Severity } from '../severity.ts'
import { noSettings, type Setting, type Settings } from './spec.ts'

/** Where a setting comes from. `device`: the device itself names its limit. */
export type Origin =
  | { from: 'default' }
  | { from: 'class'; class: string }
  | { from: 'device' }
  | { from: 'rule'; ruleId: string; name: string; by: 'entity' | 'region' | 'class' }

export interface Layer {
  origin: Origin
  settings: Partial<Settings>
  severity?: Severity | null
  priority?: Priority | null
}

export interface Effective {
  settings: Settings
  severity: Severity
  priority: Priority | null
  /** Of each setting that some layer gave. */
  origins: Partial<Record<Setting | 'severity' | 'priority', Origin>>
}

/** Layers from the most general to the most specific; each says only what it wants other. */
export function effective(
  layers: readonly Layer[],
  grave: { severity: Severity; priority: Priority | null },
): Effective {
  const result: Effective = { settings: { ...noSettings }, ...grave, origins: {} }
  for (const { origin, settings, severity, priority } of layers) {
    for (const [name, value] of Object.entries(settings)) {
      if (value === undefined) continue
      Object.assign(result.settings, { [name]: value })
      result.origins[name as Setting] = origin
    }
    if (severity) {
      result.severity = severity
      result.origins.severity = origin
    }
    if (priority !== undefined && (priority !== null || severity)) {
      result.priority = priority
      result.origins.priority = origin
    }
  }
  return result
}

/** What an override wants, and where. */
export interface OverrideScope {
  /** Where it belongs: it applies to this region and all below. */
  regionPath: string
  /** Entities of this class only; null: of any. */
  class: string | null
  /** These entities only; null: all. */
  entities: readonly string[] | null
}

export interface Subject {
  id: string
  /** The device, link or check it is part of: a rule for it is one for its parts. */
  partOf: string | null
  regionPath: string
  classes: readonly string[]
}

export function applies({ regionPath, class: only, entities }: OverrideScope, subject: Subject): boolean {
  return (
    subject.regionPath.startsWith(regionPath) &&
    (only === null || subject.classes.includes(only)) &&
    (entities === null ||
      entities.includes(subject.id) ||
      (subject.partOf !== null && entities.includes(subject.partOf)))
  )
}

/** By what it is specific, for people. A class rule of the root region is one of the class; below, the region counts. */
export function specificBy({
  regionPath,
  class: only,
  entities,
}: OverrideScope): 'entity' | 'region' | 'class' {
  if (entities !== null) return 'entity'
  return only !== null && depth(regionPath) <= 1 ? 'class' : 'region'
}

/** Sorts from the most general to the most specific; what is equally specific, by age. */
export function byGenerality<T extends OverrideScope & { id: string }>(one: T, other: T): number {
  return (
    Number(one.entities !== null) - Number(other.entities !== null) ||
    depth(one.regionPath) - depth(other.regionPath) ||
    Number(one.class !== null) - Number(other.class !== null) ||
    (one.id < other.id ? -1 : 1)
  )
}

const depth = (path: string) => path.split('/').length - 2
