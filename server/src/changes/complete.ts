import { incomplete } from './problems.ts'
import type { ChangeRow } from './store.ts'

export type ChangeText = 'reason' | 'plan' | 'testPlan' | 'backout'

/** What has to be said before it is submitted; a standard change goes by the words of its model. */
const needed: Readonly<Record<ChangeRow['type'], readonly ChangeText[]>> = {
  standard: [],
  normal: ['reason', 'plan', 'testPlan', 'backout'],
  emergency: ['reason', 'plan', 'backout'],
}

/** Throws `change-incomplete`, which names each text that is missing. */
export function mustBeComplete(change: ChangeRow): void {
  const said: Record<ChangeText, string> = { ...change, testPlan: change.test_plan }
  const missing = needed[change.type].filter((name) => said[name].trim() === '')
  if (missing.length > 0) throw incomplete(missing)
}
