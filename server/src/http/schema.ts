import { Type, type TSchema } from 'typebox'

/** Instants are UTC epoch milliseconds everywhere. */
export const Instant = Type.Integer({ description: 'UTC epoch milliseconds' })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const Ref = Type.Object({ id: Type.String(), name: Type.String() })

/** One page of a list; `next` is handed back as `cursor` for the page after. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) })

export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
}

export const IdParams = Type.Object({ id: Type.String({ maxLength: 40 }) })

/** RFC 9457. `code` names the problem for programs; `errors` place it in the request. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  errors: Type.Optional(
    Type.Array(Type.Object({ path: Type.String(), code: Type.String(), message: Type.String() })),
  ),
})
