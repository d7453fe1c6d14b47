/** Histories as availability reads them: many entities and a long time at once. */
import type { EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { Db } from '../db/database.ts'
import type { StatefulType } from '../events.ts'
import type { Period, Span } from './availability.ts'

/** Beyond it those of the whole type are read: cheaper than to name them. */
const mostNamed = 500

/**
 * States that touch the period, oldest first, the one that began before it included; in one query, whatever it asks about. An
 * index seek an entity, then the rows of the period.
 */
export async function spansOf(
  db: Db,
  type: StatefulType,
  entityIds: readonly string[],
  { fromMs, untilMs }: Period,
): Promise<Map<string, Span[]>> {
  if (entityIds.length === 0 || untilMs <= fromMs) return new Map()
  const rows = await db
    .with('asked', (q) => {
      let asked = q
        .selectFrom('entity_states as e')
        .select((eb) => [
          'e.entity_id',
          eb
            .selectFrom('state_changes as b')
            .select((b) => b.fn.max('b.at').as('at'))
            .whereRef('b.entity_id', '=', 'e.entity_id')
            .where('b.at', '<=', fromMs)
            .as('since'),
        ])
        .where('e.entity_type', '=', type)
      if (entityIds.length <= mostNamed) asked = asked.where('e.entity_id', 'in', entityIds)
      return asked
    })
    .selectFrom('asked')
    .innerJoin('state_changes as c', 'c.entity_id', 'asked.entity_id')
    .select(['c.entity_id', 'c.to_state', 'c.at', 'c.evidence'])
    .where((eb) => eb('c.at', '>=', eb.fn.coalesce('asked.since', eb.val(fromMs))))
    .where('c.at', '<', untilMs)
    .orderBy('c.entity_id')
    .orderBy('c.at')
    .execute()
  const asked = new Set(entityIds)
  const histories = new Map<string, Span[]>()
  for (const row of rows) {
    if (!asked.has(row.entity_id)) continue
    const history = histories.get(row.entity_id)
    const span = new KeptSpan(row.to_state, row.at, row.evidence)
    if (!history) histories.set(row.entity_id, [span])
    else {
      history.at(-1)!.untilMs = row.at
      history.push(span)
    }
  }
  return histories
}

class KeptSpan implements Span {
  readonly state: string
  readonly fromMs: number
  untilMs: number | null = null
  readonly #text: string
  #evidence: EvidenceItem[] | undefined

  constructor(state: string, fromMs: number, evidence: string) {
    this.state = state
    this.fromMs = fromMs
    this.#text = evidence
  }

  get evidence(): EvidenceItem[] {
    return (this.#evidence ??= JSON.parse(this.#text) as EvidenceItem[])
  }
}
