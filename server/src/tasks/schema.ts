import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })
export const tasksAtMost = 30

/** One task of a plan; `follows` are positions, from 1, of earlier tasks that are done first. Days count from when it is planned. */
export const TaskPlan = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    teamId: Type.Optional(Nullable(Id)),
    assigneeId: Type.Optional(Nullable(Id)),
    follows: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: tasksAtMost }), { maxItems: tasksAtMost }),
    ),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
  },
  { additionalProperties: false },
)
export type TaskPlan = Static<typeof TaskPlan>
export const TaskPlans = Type.Array(TaskPlan, { maxItems: tasksAtMost })

export const Task = Type.Object({
  id: Type.String(),
  ticket: Type.Object({ id: Type.String(), number: Type.String(), title: Type.String() }),
  position: Type.Integer(),
  name: Type.String(),
  team: Nullable(Ref),
  assignee: Nullable(Ref),
  state: Type.Enum(['waiting', 'open', 'done', 'skipped']),
  follows: Type.Array(Type.Integer()),
  dueAt: Nullable(Instant),
  doneBy: Nullable(Ref),
  doneAt: Nullable(Instant),
  note: Nullable(Type.String()),
})
export type Task = Static<typeof Task>
export const Tasks = Type.Object({ items: Type.Array(Task), mayWork: Type.Boolean() })
export const TaskPage = Page(Task)
export const MyTasksQuery = Type.Object(paging)

/** `open` reopens; a task that is skipped says why. */
export const TaskPatch = Type.Object(
  {
    state: Type.Optional(Type.Enum(['open', 'done', 'skipped'])),
    note: Type.Optional(Type.String({ maxLength: 2000 })),
    assigneeId: Type.Optional(Nullable(Id)),
    dueAt: Type.Optional(Nullable(Instant)),
  },
  { additionalProperties: false },
)
export type TaskPatch = Static<typeof TaskPatch>
