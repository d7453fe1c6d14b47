import type { Alarm } from '@zongheng/server/api.ts'

export interface LifeStep {
  what: 'started' | 'fired' | 'acknowledged' | 'cleared' | 'ongoing'
  /** Null: now. */
  at: number | null
  who: string | null
}

type Instants = Pick<Alarm, 'startedAt' | 'firedAt' | 'clearedAt' | 'acknowledgedAt' | 'acknowledgedBy'>

/** What happened to an alarm, in order; one that is not over ends with now. */
export function lifeOf(alarm: Instants): LifeStep[] {
  const { startedAt, firedAt, clearedAt, acknowledgedAt, acknowledgedBy } = alarm
  const steps: LifeStep[] = [
    { what: 'started', at: startedAt, who: null },
    { what: 'fired', at: firedAt, who: null },
    { what: 'acknowledged', at: acknowledgedAt, who: acknowledgedBy?.name ?? null },
    { what: 'cleared', at: clearedAt, who: null },
  ]
  const past = steps.filter((step) => step.at !== null).sort((a, b) => a.at! - b.at!)
  return clearedAt === null ? [...past, { what: 'ongoing', at: null, who: null }] : past
}
