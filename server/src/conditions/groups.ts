/** Too many of a region's at once: one finding of the region that explains the single ones. */
import { Engine, type Watch } from '@zongheng/inventory/conditions/engine.ts'
import type { Grouping } from '@zongheng/inventory/conditions/spec.ts'
import { evidence } from '@zongheng/inventory/evidence.ts'
import { findingKey, type Finding } from '../state/finding.ts'
import type { EstateModel, RegionModel } from '../estate/model.ts'
import type { Ground, Pass } from '../state/pass.ts'
import type { CompiledRule, Compiler } from './compile.ts'
import { clearHoldOf } from './findings.ts'

export interface Group {
  rule: CompiledRule
  region: RegionModel
  series: string
  members: { id: string; name: string }[]
}

interface Count {
  down: { id: string; name: string }[]
  /** Whose state is known. */
  known: number
}

const everyMs = 1000
const namedAtMost = 10

export class Groups {
  #groups: Group[] = []
  #engine = new Engine<CompiledRule>([])
  /** By a member's id: the groups it counts in. */
  #of = new Map<string, Group[]>()
  #findings: Finding[] = []
  #lookedMs = -Infinity

  /** O(estate). */
  rebuild(model: EstateModel, compiler: Compiler): void {
    this.#groups = groupsIn(model, compiler)
    const engine = new Engine<CompiledRule>(this.#groups.map(watchOf))
    engine.adopt(this.#engine)
    this.#engine = engine
    this.#of = new Map()
    for (const group of this.#groups)
      for (const { id } of group.members) this.#of.set(id, [...(this.#of.get(id) ?? []), group])
    this.#lookedMs = -Infinity
  }

  /** O(members), once a second; what is unknown counts neither way. */
  judge(nowMs: number, stateOf: (id: string) => string): Finding[] {
    if (Math.abs(nowMs - this.#lookedMs) < everyMs) return this.#findings
    this.#lookedMs = nowMs
    this.#findings = []
    for (const group of this.#groups) {
      const count = countOf(group, stateOf)
      const percent = percentOf(group, count.down.length, count.known)
      this.#engine.ingest('group', { ids: [group.series], entities: [0], atMs: [nowMs], values: [percent] })
      const standing = [...this.#engine.of(group.series)][0]!
      if (standing.level > 0) this.#findings.push(findingOf(group, count, percent, standing.sinceMs, nowMs))
    }
    return this.#findings
  }

  /** The finding that a member's own is gathered in. */
  gather(finding: Finding): string | null {
    if (!tellsOfLoss(finding)) return null
    for (const { region, rule } of this.#of.get(finding.entityId) ?? []) {
      const key = findingKey({ entityId: region.id, condition: rule.condition })
      if (this.#findings.some((one) => findingKey(one) === key)) return key
    }
    return null
  }

  /** What explains each of its members that is down, by the first one's key: then it is no failure of the group. */
  explain(finding: Finding, { book, causes }: Ground, { moment }: Pass): string | null {
    const group = this.#groups.find(({ region, rule }) => region.id === finding.entityId && rule.condition === finding.condition) // prettier-ignore
    if (!group) return null
    const condition = tellingOf[group.rule.spec.group!.of]
    const found = countOf(group, (id) => book.stateOf(id)).down.map(({ id }) =>
      causes.explain({ entityId: id, entityType: group.rule.spec.group!.of, condition }, moment),
    )
    const [first] = found
    return first && found.every((cause) => cause !== null) ? findingKey(first.primary) : null
  }

  has(regionId: string, condition: string): boolean {
    return this.#groups.some(({ region, rule }) => region.id === regionId && rule.condition === condition)
  }

  recall(finding: Finding): void {
    const series = `${finding.entityId} ${finding.condition}`
    this.#engine.recall(series, finding.condition, 'group', 1, finding.sinceMs)
  }
}

/** Every group that has enough members. O(estate). */
export function groupsIn(model: EstateModel, compiler: Compiler): Group[] {
  const members = new Map<string, Map<string, Group['members']>>()
  const groups: Group[] = []
  for (const region of model.regions.values())
    for (const rule of compiler.groupsOf(region)) {
      const kind = JSON.stringify(rule.spec.group)
      let byRegion = members.get(kind)
      if (!byRegion) members.set(kind, (byRegion = membersOf(model, rule.spec.group!)))
      const own = byRegion.get(region.id) ?? []
      if (own.length >= rule.settings.least)
        groups.push({ rule, region, series: `${region.id} ${rule.condition}`, members: own })
    }
  return groups
}

export const watchOf = ({ rule, series }: Group): Watch<CompiledRule> => ({
  rule,
  metric: 'group',
  entity: series,
  scale: 1,
})

/** Too few that anything is known of say nothing. */
export const percentOf = ({ rule }: Group, down: number, known: number): number =>
  known < rule.settings.least ? 0 : (100 * down) / known

/** Whether a state counts in a group: what is unknown counts neither way. */
export const isKnown = (state: string): boolean => state !== 'unknown' && state !== 'unreachable'

/** What is found of a member that is down. */
const tellingOf = { link: 'link-state', device: 'device-down', check: 'check-failed' } as const

const tellsOfLoss = ({ condition, values }: Finding) =>
  condition === 'device-down' ||
  condition === 'check-failed' ||
  (condition === 'link-state' && values.state === 'down')

function countOf({ members }: Group, stateOf: (id: string) => string): Count {
  const count: Count = { down: [], known: 0 }
  for (const { id, name } of members) {
    const state = stateOf(id)
    if (!isKnown(state)) continue
    count.known += 1
    if (state === 'down') count.down.push({ id, name })
  }
  return count
}

function findingOf(
  { rule, region }: Group,
  { down, known }: Count,
  percent: number,
  sinceMs: number,
  nowMs: number,
): Finding {
  const { severity, priority, condition, settings, name } = rule
  const named = down.slice(0, namedAtMost).map(({ name: member }) => member)
  const names = named.join('、') + (down.length > namedAtMost ? ' …' : '')
  return {
    entityType: 'region',
    entityId: region.id,
    entityName: region.name,
    regionId: region.id,
    siteId: null,
    deviceId: null,
    condition,
    severity,
    priority,
    holdMs: 0,
    clearHoldMs: clearHoldOf(rule),
    values: {
      kind: 'group',
      value: Math.round(percent),
      limit: settings.percent,
      unit: '%',
      down: down.length,
      total: known,
      ...(name !== null && { rule: name }),
    },
    evidence: [evidence('group-down', 'bad', nowMs, { names })],
    sinceMs,
  }
}

/** Members by the region they are counted in. */
function membersOf(model: EstateModel, { of, tier, per }: Grouping): Map<string, Group['members']> {
  const found = new Map<string, Group['members']>()
  const all = { link: model.links, device: model.devices, check: model.checks }[of]
  for (const { id, name, regionId } of all.values()) {
    const region = model.regions.get(regionId)
    if (!region || (tier !== null && region.tier !== tier)) continue
    for (const above of region.path.split('/')) {
      if (model.regions.get(above)?.tier !== per) continue
      const list = found.get(above) ?? []
      list.push({ id, name })
      found.set(above, list)
    }
  }
  return found
}
