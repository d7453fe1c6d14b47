import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { categories } from './library.ts'

export const articleStates = ['draft', 'review', 'published', 'retired'] as const
export type ArticleState = (typeof articleStates)[number]

const Category = Type.Enum(categories)
const Words = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 30 })

export const Article = Type.Object({
  id: Type.String(),
  number: Type.String(),
  region: Ref,
  category: Category,
  title: Type.String(),
  state: Type.Enum(articleStates),
  /** That is read; 0: none was published yet. */
  version: Type.Integer(),
  tags: Type.Array(Type.String()),
  mustRead: Type.Boolean(),
  views: Type.Integer(),
  helpful: Type.Integer(),
  used: Type.Integer(),
  publishedAt: Nullable(Instant),
  reviewDueAt: Nullable(Instant),
  updatedAt: Instant,
})
export type Article = Static<typeof Article>
export const ArticlePage = Page(Article)

/** What somebody has read: of which version, edited how often. */
export const Base = Type.Object({ version: Type.Integer(), revision: Type.Integer() })
export type Base = Static<typeof Base>

export const ArticleVersion = Type.Object({
  ...Base.properties,
  /** Of the article as a whole, once this one is published. */
  category: Category,
  tags: Type.Array(Type.String()),
  families: Type.Array(Type.String()),
  mustRead: Type.Boolean(),
  title: Type.String(),
  summary: Type.String(),
  /** Markdown, as written: whoever shows it minds what is in it. */
  body: Type.String(),
  state: Type.Enum(['draft', 'review', 'published', 'superseded']),
  note: Nullable(Type.String()),
  author: Nullable(Ref),
  reviewer: Nullable(Ref),
  publishedAt: Nullable(Instant),
  updatedAt: Instant,
})
export type ArticleVersion = Static<typeof ArticleVersion>
export const VersionList = Type.Object({ items: Type.Array(ArticleVersion) })

export const articleActs = ['edit', 'submit', 'publish', 'reject', 'renew', 'retire'] as const
export const ArticleDetail = Type.Intersect([
  Article,
  Type.Object({
    families: Type.Array(Type.String()),
    fromLibrary: Type.Boolean(),
    /** Published; before there is one, the pending one. */
    shown: ArticleVersion,
    /** Written or under review, for those who may write. */
    pending: Nullable(ArticleVersion),
    /** When the reader confirmed this version. */
    confirmedAt: Nullable(Instant),
    /** The reader's own. */
    vote: Nullable(Type.Boolean()),
    /** What the reader may do now. */
    may: Type.Array(Type.Enum(articleActs)),
  }),
])
export type ArticleDetail = Static<typeof ArticleDetail>

export const ArticleQuery = Type.Object({
  ...paging,
  category: Type.Optional(Category),
  state: Type.Optional(Type.Enum(articleStates)),
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
  /** With a version that is written or reviewed, where the viewer writes. */
  pending: Type.Optional(Type.Enum(['draft', 'review'])),
  /** Published so long ago that somebody should look at it again. */
  reviewDue: Type.Optional(Type.Boolean()),
})
export type ArticleQuery = Static<typeof ArticleQuery>

const Text = Type.String({ minLength: 1, maxLength: 400, pattern: '\\S' })
/** Where it was looked for: the page, a ticket, the portal. */
export const SearchQuery = Type.Object({
  text: Text,
  category: Type.Optional(Category),
  place: Type.Optional(Type.Enum(['console', 'portal', 'ticket'])),
})
export type SearchQuery = Static<typeof SearchQuery>

const Piece = Type.Object({ text: Type.String(), hit: Type.Boolean() })
export const ArticleHits = Type.Object({
  /** Handed back as `searchId` when one of them is opened. */
  searchId: Nullable(Type.String()),
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      number: Type.String(),
      category: Category,
      title: Type.Array(Piece),
      snippet: Type.Array(Piece),
    }),
  ),
})
export type ArticleHits = Static<typeof ArticleHits>

/** `category`: the article's or the ticket's own; `entityId`: what the trouble is about. */
export const SuggestionQuery = Type.Object({
  text: Text,
  entityId: Type.Optional(Type.String({ maxLength: 40 })),
  category: Type.Optional(Type.String({ maxLength: 60 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, default: 5 })),
})
export type SuggestionQuery = Static<typeof SuggestionQuery>
export const OpenQuery = Type.Object({ searchId: Type.Optional(Type.String({ maxLength: 40 })) })

const written = {
  title: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
  summary: Type.String({ maxLength: 400 }),
  body: Type.String({ minLength: 1, maxLength: 60_000, pattern: '\\S' }),
  category: Category,
  tags: Type.Optional(Words),
  families: Type.Optional(Words),
  mustRead: Type.Optional(Type.Boolean()),
  note: Type.Optional(Nullable(Type.String({ maxLength: 400 }))),
}
export const ArticleDraft = Type.Object(written, { additionalProperties: false })
export type ArticleDraft = Static<typeof ArticleDraft>
/** `base`: the newest version as it stood when the edit was begun. */
export const ArticleEdit = Type.Object({ ...written, base: Base }, { additionalProperties: false })
export type ArticleEdit = Static<typeof ArticleEdit>
export const Publication = Type.Object({ base: Base }, { additionalProperties: false })
export const NewArticle = Type.Object(
  { ...written, regionId: Type.String({ maxLength: 40 }) },
  { additionalProperties: false },
)
export type NewArticle = Static<typeof NewArticle>

export const Vote = Type.Object(
  { helpful: Type.Boolean(), text: Type.Optional(Nullable(Type.String({ maxLength: 400 }))) },
  { additionalProperties: false },
)
export type Vote = Static<typeof Vote>

export const ArticleUse = Type.Object(
  { ticketId: Type.String({ maxLength: 40 }), how: Type.Enum(['solved', 'related']) },
  { additionalProperties: false },
)
export type ArticleUse = Static<typeof ArticleUse>
export const Returned = Type.Object({ note: Type.String({ minLength: 1, maxLength: 400 }) }, { additionalProperties: false }) // prettier-ignore

export const GapsQuery = Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 730, default: 90 })) }) // prettier-ignore
export const Gaps = Type.Object({
  since: Instant,
  /** What was looked for and led to no article; `empty`: how often nothing was found. */
  searches: Type.Array(
    Type.Object({ text: Type.String(), times: Type.Integer(), empty: Type.Integer(), lastAt: Instant }),
  ),
  /** Published before that, and of no use to anybody yet. */
  unused: Type.Array(Article),
  /** Solved incidents by category, and on how many of them an article was used. */
  tickets: Type.Array(
    Type.Object({ category: Nullable(Type.String()), solved: Type.Integer(), withArticle: Type.Integer() }),
  ),
})
export type Gaps = Static<typeof Gaps>

export const Readers = Type.Object({
  version: Type.Integer(),
  confirmed: Type.Integer(),
  /** Those who have not confirmed it first; at most a thousand. */
  items: Type.Array(Type.Object({ person: Ref, region: Type.String(), confirmedAt: Nullable(Instant) })),
})
export type Readers = Static<typeof Readers>
