import type { DeviceModel, EstateModel } from '../estate/model.ts'
import { defaultRules } from './default-rules.ts'
import { matcherOf, type Matched, type Matches } from './matcher.ts'
import { PatternError } from './pattern.ts'
import type { LogAction, LogMatch } from './schema.ts'
import type { RuleRow } from './store.ts'

/** A rule, ready. `path`: of the region whose devices it is about; null: of all. */
export interface ReadyRule {
  id: string
  name: string
  path: string | null
  matches: Matches
  clears: Matches | null
  action: LogAction
}

export const builtInRuleId = (id: string): string => `builtin:${id}`

/** All rules in order: one's own, the more particular region first as they stand, then the built-in. */
export class RuleBook {
  readonly rules: readonly ReadyRule[]

  constructor(rows: readonly RuleRow[], { regions }: Pick<EstateModel, 'regions'>) {
    const own = rows
      .filter(({ enabled }) => enabled === 1)
      .map((row) => ({ row, path: regions.get(row.region_id)?.path ?? '/' }))
      .sort(
        (a, b) =>
          b.path.length - a.path.length || a.row.position - b.row.position || (a.row.id < b.row.id ? -1 : 1),
      )
      .flatMap(({ row, path }) =>
        readied({
          ...row,
          path,
          match: JSON.parse(row.match) as LogMatch,
          action: JSON.parse(row.action) as LogAction,
        }),
      )
    const builtIn = defaultRules.flatMap(({ id, name, match, action }) =>
      readied({ id: builtInRuleId(id), name: name.zh, path: null, match, action }),
    )
    this.rules = [...own, ...builtIn]
  }

  /** The first that matches a record of this device. */
  ruleFor(record: Matched, regionPath: string): ReadyRule | null {
    return (
      this.rules.find(
        ({ path, matches }) => (path === null || regionPath.startsWith(path)) && matches(record),
      ) ?? null
    )
  }

  byId(id: string): ReadyRule | undefined {
    return this.rules.find((rule) => rule.id === id)
  }
}

/** What rules look at of a record. */
export const matchedOf = (
  { kind, name, severity, text }: Omit<Matched, 'role'>,
  device: DeviceModel | null,
): Matched => ({ kind, name, severity, text, role: device?.role ?? null })

/** None of a rule that an earlier version took and this one does not. */
function readied({
  id,
  name,
  path,
  match,
  action,
}: Omit<ReadyRule, 'matches' | 'clears'> & { match: LogMatch }): ReadyRule[] {
  try {
    const clears = action.kind === 'raise' && action.clear ? matcherOf(action.clear) : null
    return [{ id, name, path, matches: matcherOf(match), clears, action }]
  } catch (error) {
    if (error instanceof PatternError) return []
    throw error
  }
}
