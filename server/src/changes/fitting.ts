import type { Span } from '../windows/recurrence.ts'
import { longerThanModel } from './problems.ts'
import type { Template } from './schema.ts'
import type { ModelRow } from './store.ts'

/** Throws `invalid` for what lasts longer than its model allows as it stands. */
export function mustFit({ template }: Pick<ModelRow, 'template'>, { fromMs, untilMs }: Span): void {
  const { durationMinutes } = JSON.parse(template) as Template
  if (untilMs - fromMs > durationMinutes * 60_000) throw longerThanModel(durationMinutes)
}
