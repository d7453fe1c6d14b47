/**
 * By which rules a device is known. A rule is named by its profile and the place in it (`huawei-vrp/sensors/3`); what the
 * table of makers says is `enterprises`.
 */
export const identifiedFields = ['vendor', 'os', 'category', 'hardware', 'version', 'serial'] as const
export type IdentifiedField = (typeof identifiedFields)[number]

/** What stood where the rule looked; `oid` is null where nothing more than the system group was read. */
export interface TextOrigin {
  rule: string
  oid: string | null
  raw: string
}

export const measuredKinds = ['processor', 'memory', 'storage', 'sensor'] as const
export type MeasuredKind = (typeof measuredKinds)[number]

/** A number that is read off the device from now on: raw × scale + offset. */
export interface MeasuredOrigin {
  kind: MeasuredKind
  /** Of sensors alone. */
  key: string | null
  descr: string
  rule: string
  oids: string[]
  scale: number
  offset: number
}

export interface Explanation {
  profile: string
  /** Which rule recognised the device; null for none: it is read by the standards alone. */
  rule: string | null
  identity: Partial<Record<IdentifiedField, TextOrigin>>
  measured: MeasuredOrigin[]
}

/** The file of a rule, and the place in it. */
export function placeOfRule(rule: string): { file: string; path: string } {
  const [profile = '', ...path] = rule.split('/')
  return { file: path.length > 0 ? `${profile}.yaml` : profile, path: path.join('/') }
}
