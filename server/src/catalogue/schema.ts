import { fieldTypes, requesterFacts, textFormats, type Form } from '@zongheng/inventory/form.ts'
import { priorities } from '@zongheng/inventory/severity.ts'
import { Type, type Static, type TSchema } from 'typebox'
import { Fact } from '../approvals/fact.ts'
import { ApprovalPlans } from '../approvals/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { TaskPlans } from '../tasks/schema.ts'

const strict = { additionalProperties: false }
const Key = Type.String({ minLength: 1, maxLength: 40 })
const Words = Type.String({ maxLength: 200 })

const field = (more: Record<string, TSchema>) =>
  Type.Object(
    {
      key: Key,
      type: Type.Enum(fieldTypes),
      label: Type.String({ minLength: 1, maxLength: 60 }),
      help: Type.Optional(Words),
      required: Type.Optional(Type.Boolean()),
      min: Type.Optional(Type.Number()),
      max: Type.Optional(Type.Number()),
      format: Type.Optional(Type.Enum(textFormats)),
      pattern: Type.Optional(Type.String({ maxLength: 60 })),
      options: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 60 })),
      showWhen: Type.Optional(
        Type.Object({ field: Key, is: Type.Array(Words, { minItems: 1, maxItems: 60 }) }, strict),
      ),
      defaultFrom: Type.Optional(Type.Enum(requesterFacts)),
      ...more,
    },
    strict,
  )
/** See `inventory/form.ts`, which also says what is sound. */
export const FormShape = Type.Unsafe<Form>(
  Type.Array(field({ columns: Type.Optional(Type.Array(field({}), { maxItems: 8 })) }), { maxItems: 40 }),
)

export const categories = ['equipment', 'repair', 'software', 'access', 'network', 'communication', 'data', 'other'] as const // prettier-ignore
export type Category = (typeof categories)[number]

/** What an item says of itself; a request keeps it as it was. */
const content = {
  name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
  category: Type.Enum(categories),
  description: Type.String({ maxLength: 1000 }),
  icon: Type.String({ maxLength: 30 }),
  form: FormShape,
  approvals: ApprovalPlans,
  tasks: TaskPlans,
  teamId: Nullable(Type.String({ maxLength: 40 })),
  priority: Type.Enum(priorities),
  /** Whether it is signed for. */
  receipt: Type.Boolean(),
}
export const ItemContent = Type.Object(content)
export type ItemContent = Static<typeof ItemContent>

export const Item = Type.Object({
  id: Type.String(),
  region: Ref,
  key: Type.String(),
  position: Type.Integer(),
  version: Type.Integer(),
  enabled: Type.Boolean(),
  updatedAt: Instant,
  ...content,
})
export type Item = Static<typeof Item>
/** With what is known of whoever asks: fields are filled in from it. */
export const Offered = Type.Object({
  items: Type.Array(Item),
  requester: Type.Object({
    name: Type.String(),
    phone: Nullable(Type.String()),
    email: Nullable(Type.String()),
    site: Nullable(Ref),
  }),
})
export type Offered = Static<typeof Offered>
export const ItemPage = Page(Item)
export const ItemQuery = Type.Object(paging)

/** One of the same key in a region below stands in its place there. */
export const NewItem = Type.Object(
  {
    regionId: Type.String({ maxLength: 40 }),
    key: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
    ...content,
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  strict,
)
export type NewItem = Static<typeof NewItem>
/** `version`: the one that was read; another means that somebody else saved meanwhile. */
export const ItemPatch = Type.Object(
  {
    version: Type.Integer(),
    content: Type.Optional(Type.Object(content, strict)),
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    enabled: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type ItemPatch = Static<typeof ItemPatch>

export const NewRequest = Type.Object(
  {
    itemId: Type.String({ maxLength: 40 }),
    siteId: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
    answers: Type.Record(Type.String({ maxLength: 40 }), Type.Unknown(), { maxProperties: 100 }),
  },
  strict,
)
export type NewRequest = Static<typeof NewRequest>
export const Ordered = Type.Object({ ticketId: Type.String() })

/** Each stroke x, y, x, y … on a square of 1000 by 400. */
export const Strokes = Type.Array(
  Type.Array(Type.Integer({ minimum: 0, maximum: 1000 }), { minItems: 4, maxItems: 1200 }),
  { minItems: 1, maxItems: 60 },
)
export const NewReceipt = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }), strokes: Strokes },
  strict,
)
export type NewReceipt = Static<typeof NewReceipt>

export const RequestFacts = Type.Object({
  item: Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer(), icon: Type.String() }),
  facts: Type.Array(Fact),
  /** Whether it is to be signed for, and whether the viewer may do so now. */
  wantsReceipt: Type.Boolean(),
  maySign: Type.Boolean(),
  receipt: Nullable(Type.Object({ name: Type.String(), strokes: Strokes, at: Instant, by: Nullable(Ref) })),
})
export type RequestFacts = Static<typeof RequestFacts>

export const recordKinds = ['person', 'site', 'device', 'service'] as const
export const RecordQuery = Type.Object({
  kind: Type.Enum(recordKinds),
  q: Type.String({ minLength: 1, maxLength: 60 }),
})
export const FoundRecord = Type.Object({ id: Type.String(), name: Type.String(), note: Type.String() })
export type FoundRecord = Static<typeof FoundRecord>
export const FoundRecords = Type.Object({ items: Type.Array(FoundRecord) })
