/** How the desk stands. */
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

const Id = Type.Optional(Type.String({ maxLength: 40 }))
const Count = Type.Integer()

export const BoardQuery = Type.Object({
  teamId: Id,
  /** One's own desk alone. */
  assignee: Type.Optional(Type.Literal('me')),
  regionId: Id,
  /** Days of opened and solved, today the last. */
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 31 })),
})
export type BoardQuery = Static<typeof BoardQuery>

export const Board = Type.Object({
  open: Type.Object({
    total: Count,
    unassigned: Count,
    /** A clock of theirs has ended. */
    breached: Count,
    /** One ends within four hours. */
    dueSoon: Count,
    /** Null: longer than all of those before. */
    byAge: Type.Array(Type.Object({ upToHours: Nullable(Count), count: Count })),
    byPriority: Type.Object({ P1: Count, P2: Count, P3: Count, P4: Count }),
  }),
  /** Who has most open, at most 50 people. */
  load: Type.Array(Type.Object({ assignee: Ref, open: Count })),
  days: Type.Array(Type.Object({ from: Instant, opened: Count, solved: Count })),
  /** Of what was solved in these days and had a time to be solved in. */
  kept: Type.Object({ inTime: Count, late: Count }),
  /** Scores 1 to 5 of what was solved in these days. */
  satisfaction: Type.Object({ mean: Nullable(Type.Number()), count: Count }),
})
export type Board = Static<typeof Board>
