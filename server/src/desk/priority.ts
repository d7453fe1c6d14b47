import { priorities, type Priority } from '@zongheng/inventory/severity.ts'

/** Impact and urgency: 1 high, 2 middle, 3 low. */
export interface Rating {
  impact: number
  urgency: number
}

const bySum: Record<number, Priority> = { 2: 'P1', 3: 'P2', 4: 'P3', 5: 'P4', 6: 'P4' }

export function priorityOf({ impact, urgency }: Rating): Priority {
  return bySum[impact + urgency]!
}

/** The rating that stands for a priority found by rule, as an alarm's. */
const ratings: Record<Priority, Rating> = {
  P1: { impact: 1, urgency: 1 },
  P2: { impact: 2, urgency: 1 },
  P3: { impact: 2, urgency: 2 },
  P4: { impact: 3, urgency: 2 },
}
export const ratingOf = (priority: Priority): Rating => ratings[priority]

export const isGraver = (a: Priority, b: Priority) => priorities.indexOf(a) < priorities.indexOf(b)
