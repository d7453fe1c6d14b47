import { builtInConditions, type BuiltInCondition } from './conditions.ts'

export type { BuiltInCondition } from './conditions.ts'

/** What an alarm is about: a built-in condition, or a rule somebody wrote. With the entity it is the alarm's identity. */
export type Condition = BuiltInCondition | `rul_${string}`

/** The built-in ones. */
export const conditions = Object.keys(builtInConditions) as BuiltInCondition[]

export function isBuiltIn(condition: string): condition is BuiltInCondition {
  return Object.hasOwn(builtInConditions, condition)
}

/** pending: seen, but not yet for long enough. */
export const alarmStates = ['pending', 'firing', 'cleared'] as const
export type AlarmState = (typeof alarmStates)[number]
