import type { TimelineEntry } from '@zongheng/server/api.ts'

const together = (a: TimelineEntry, b: TimelineEntry) => a.at === b.at && a.author?.id === b.author?.id
const becomes = (entry: TimelineEntry, to: string) => entry.kind === 'state' && entry.values.to === to

/** Whether `other`, of the same act, tells what `entry` tells. */
function implied(entry: TimelineEntry, other: TimelineEntry): boolean {
  if (entry === other || !together(entry, other) || entry.text) return false
  if (becomes(entry, 'assigned')) return other.kind === 'assignment'
  if (entry.kind === 'assignment')
    return becomes(other, 'in_progress') && entry.values.to === entry.author?.name
  const recovered = entry.kind === 'alarm' && entry.values.event === 'cleared'
  return recovered && other.values.reason === 'recovered'
}

/** The timeline as it is read: one line an act, and nothing of the opening, which the description tells. */
export function storyOf(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  return timeline.filter(
    (entry) =>
      !(entry.kind === 'state' && entry.values.from === null) &&
      !timeline.some((other) => implied(entry, other)),
  )
}
