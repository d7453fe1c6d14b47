/**
 * What may explain a finding, by its condition: data, in the order in which it is asked. What explains nothing else than itself is
 * empty: it always speaks. Those marked † are answered by whoever finds such things, the others by `causes.ts`.
 */
import { isBuiltIn, type BuiltInCondition, type Condition } from '../condition.ts'
import type { AskedFinding } from './finding.ts'

export type Explainer =
  /** What the circuits of a link end at, or what hides it. */
  | 'ends'
  /** What cuts its site off: power, the way, or the site's silence. */
  | 'cut'
  /** The same, while nobody sees the site. */
  | 'dark'
  /** Its site is without mains. */
  | 'mains'
  /** Its site is without mains, and it is told by a UPS. */
  | 'mains-by-ups'
  /** Its site is without mains or silent. */
  | 'site'
  /** The device that it is on is down. */
  | 'device'
  /** The device that it is on is down, unless that only measures its surroundings: a hot room is no device's. */
  | 'device-itself'
  /** The line on this port: that very circuit is ill, or was a moment ago. */
  | 'circuit'
  /** Its link is ill: what stands in for a dead line carries more than it is used to. */
  | 'link'
  /** The same of the port at the upper end of the line. */
  | 'upper-end'
  /** A link on the way to it carries by another way than usual, or worse. */
  | 'way'
  /** † What a service needs. */
  | 'needs'
  /** † What of a room was told already. */
  | 'parts'
  /** † What explains each of a group's members that are down. */
  | 'members'
  /** † What lies between the server and it. */
  | 'server-way'

const port: readonly Explainer[] = ['circuit', 'device']
const sensor: readonly Explainer[] = ['mains-by-ups', 'device-itself']

// prettier-ignore
export const explainers: Record<BuiltInCondition, readonly Explainer[]> = {
  'link-state': ['ends'],
  'link-asymmetric': ['link'],
  'backup-unused': ['circuit'],
  'device-down': ['site'],
  'device-unreachable': ['cut'],
  'site-silent': ['cut'],
  'mains-lost': [],
  'sensor-limit': sensor,
  'sensor-state': sensor,
  'temperature-rising': sensor,
  'battery-ageing': sensor,
  'sensor-silent': ['device'],
  'cpu-high': ['device'],
  'memory-high': ['device'],
  'collector-away': ['server-way'],
  'collector-late': [],
  'collector-fault': [],
  'log-match': ['device'],
  'series-capacity': [],
  'check-failed': ['device', 'dark'],
  'check-limit': ['device', 'dark', 'way'],
  'interface-errors': port,
  'interface-discards': ['link', 'device'],
  'interface-flapping': [...port, 'upper-end'],
  'duplex-mismatch': ['device'],
  'traffic-unusual': ['link', 'device', 'way'],
  'latency-unusual': ['link', 'device', 'way'],
  'line-filling': ['link', 'device'],
  'townships-offline': ['members'],
  'alarm-storm': [],
  'service-down': ['needs'],
  'service-degraded': ['needs'],
  'room-state': ['parts'],
}

/** Rules that somebody wrote follow what they are about. */
export const explainersOfRules: Readonly<Record<string, readonly Explainer[]>> = {
  interface: port,
  circuit: ['link', 'device'],
  device: ['device', 'dark'],
  sensor,
  check: ['device', 'dark'],
  region: ['members'],
}

/** What devices tell, by the rule that raised it: who signed in or changed something is no consequence of an outage. */
const explainersOfLogs: Readonly<Record<string, readonly Explainer[]>> = {
  'sign-in-flood': [],
  'sign-in-flood-hosts': [],
  configured: [],
  power: ['mains', 'device'],
}

export function explainersOf(
  finding: Pick<AskedFinding, 'condition' | 'entityType' | 'rule'>,
): readonly Explainer[] {
  const { condition, entityType = '', rule } = finding
  if (!isBuiltIn(condition)) return explainersOfRules[entityType] ?? []
  return (condition === 'log-match' ? explainersOfLogs[rule ?? ''] : undefined) ?? explainers[condition]
}

/** How long something goes on to be found after what it is of has passed: it looks back on so much. */
export const lingersMs = (condition: Condition): number =>
  isBuiltIn(condition) ? (lingering[condition] ?? 0) : 0

const minute = 60_000
const lingering: Partial<Record<BuiltInCondition, number>> = {
  'interface-flapping': 20 * minute,
  'interface-errors': 10 * minute,
  'interface-discards': 10 * minute,
  'traffic-unusual': 20 * minute,
  'latency-unusual': 15 * minute,
  'link-asymmetric': 6 * minute,
}
