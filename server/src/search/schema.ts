import { Type, type Static } from 'typebox'

export const foundKinds = ['ticket', 'article'] as const
export const Found = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.Enum(foundKinds),
      id: Type.String(),
      number: Type.String(),
      title: Type.String(),
    }),
  ),
})
export type Found = Static<typeof Found>
export type FoundItem = Found['items'][number]

export const FindQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 100 }),
  /** Of each kind. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 6 })),
})
