/** Answers that are ready, and views that were saved. */
import { Type, type Static } from 'typebox'
import { Nullable, Page, paging, Ref } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })
const Title = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

export const CannedAnswer = Type.Object({
  id: Type.String(),
  title: Type.String(),
  /** `{ticket.number}` and the like are filled where it is used. */
  body: Type.String(),
  /** What is typed after `/`. */
  shortcut: Nullable(Type.String()),
  teamId: Nullable(Type.String()),
  /** Whose it is: used there and everywhere below. */
  region: Ref,
  /** Whether the reader may change it. */
  writable: Type.Boolean(),
})
export type CannedAnswer = Static<typeof CannedAnswer>
export const CannedPage = Page(CannedAnswer)
export const CannedQuery = Type.Object({ ...paging, teamId: Type.Optional(Id) })
export type CannedQuery = Static<typeof CannedQuery>

const answer = {
  title: Title,
  body: Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S' }),
  shortcut: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 20, pattern: '^[^\\s/]+$' }))),
  teamId: Type.Optional(Nullable(Id)),
}
export const NewCannedAnswer = Type.Object({ ...answer, regionId: Id })
export type NewCannedAnswer = Static<typeof NewCannedAnswer>
export const CannedPatch = Type.Partial(Type.Object(answer))
export type CannedPatch = Static<typeof CannedPatch>

/** For one ticket, its blanks filled. */
export const FilledAnswers = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      body: Type.String(),
      shortcut: Nullable(Type.String()),
    }),
  ),
})
export type FilledAnswer = Static<typeof FilledAnswers>['items'][number]

const ViewFields = {
  name: Title,
  page: Type.String({ minLength: 1, maxLength: 40 }),
  query: Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 200 }), { maxProperties: 30 }),
  teamId: Type.Optional(Nullable(Id)),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
}
export const SavedView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  page: Type.String(),
  query: Type.Record(Type.String(), Type.String()),
  /** Whose it is together; null: one's own. */
  teamId: Nullable(Type.String()),
  position: Type.Integer(),
  mine: Type.Boolean(),
})
export type SavedView = Static<typeof SavedView>
export const SavedViews = Type.Object({ items: Type.Array(SavedView) })
export const ViewQuery = Type.Object({ page: Type.Optional(Type.String({ maxLength: 40 })) })
export const NewView = Type.Object(ViewFields)
export type NewView = Static<typeof NewView>
export const ViewPatch = Type.Partial(Type.Object(ViewFields))
export type ViewPatch = Static<typeof ViewPatch>
