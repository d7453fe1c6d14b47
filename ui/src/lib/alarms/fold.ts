import type { Alarm } from '@zongheng/server/api.ts'

/** An alarm with what it explains beneath it. `alarm` null: a cause outside the reader's scope, the upper-tier network. */
export interface Folded {
  id: string
  alarm: Alarm | null
  below: Folded[]
}

/** One line of the list, as deep as it is folded. */
export interface AlarmRow {
  id: string
  alarm: Alarm | null
  depth: number
  /** How many alarms it explains, at any depth. */
  explains: number
  open: boolean
}

const severityRank = { critical: 0, major: 1, minor: 2, warning: 3 } as const

/** Worst first, then the latest. */
export const worstFirst = (a: Alarm, b: Alarm) =>
  severityRank[a.severity] - severityRank[b.severity] || b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1)

/** Roots with their children folded in, worst first. What explains alarms but is not among them becomes an unnamed root. */
export function foldAlarms(alarms: readonly Alarm[]): Folded[] {
  const known = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  const byCause = new Map<string, Alarm[]>()
  for (const alarm of alarms) {
    if (alarm.causeId !== null) byCause.set(alarm.causeId, [...(byCause.get(alarm.causeId) ?? []), alarm])
  }
  const folded = (alarm: Alarm, above: readonly string[]): Folded => ({
    id: alarm.id,
    alarm,
    below: beneath(alarm.id, [...above, alarm.id]),
  })
  const beneath = (id: string, above: readonly string[]) =>
    (byCause.get(id) ?? [])
      .filter((child) => !above.includes(child.id))
      .sort(worstFirst)
      .map((child) => folded(child, above))
  const roots = alarms.filter((alarm) => alarm.causeId === null).map((alarm) => folded(alarm, []))
  const unseen = [...byCause.keys()]
    .filter((id) => !known.has(id))
    .map((id) => ({ id, alarm: null, below: beneath(id, []) }))
  return [...roots, ...unseen].sort((a, b) => worstFirst(gravest(a), gravest(b)))
}

/** By which a root is ordered: itself, or the worst of what an unseen one explains. */
export const gravest = (root: Folded): Alarm => root.alarm ?? root.below[0]!.alarm!

export const explained = (root: Folded): number =>
  root.below.reduce((sum, child) => sum + 1 + explained(child), 0)

/** Whether it or anything beneath it is looked for. */
export const holds = (root: Folded, wanted: (alarm: Alarm) => boolean): boolean =>
  (root.alarm !== null && wanted(root.alarm)) || root.below.some((child) => holds(child, wanted))

/** The lines on screen: children stand under those that are open. */
export function rowsOf(roots: readonly Folded[], open: ReadonlySet<string>, depth = 0): AlarmRow[] {
  return roots.flatMap((root) => {
    const shown = open.has(root.id) && root.below.length > 0
    const { id, alarm } = root
    const row = { id, alarm, depth, explains: explained(root), open: shown }
    return shown ? [row, ...rowsOf(root.below, open, depth + 1)] : [row]
  })
}
