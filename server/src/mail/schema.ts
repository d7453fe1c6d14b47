import { Type, type Static } from 'typebox'
import { Rating } from '../desk/schema-together.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const strict = { additionalProperties: false }
const Id = Type.String({ maxLength: 40 })
const Line = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\r\\n\\0]*$' })
const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\r\\n\\0<>"]*\\S[^\\r\\n\\0<>"]*$' })
const Address = Type.String({ maxLength: 190, pattern: '^[^\\s@<>"]{1,64}@[^\\s@<>"]{1,120}$' })
const server = {
  host: Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9.:_-]+$' }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  security: Type.Enum(['none', 'starttls', 'tls']),
  verifyTls: Type.Boolean(),
  username: Line(190),
}
export const ImapSettings = Type.Object({ ...server, folder: Line(120) }, strict)
export type ImapSettings = Static<typeof ImapSettings>
export const SmtpSettings = Type.Object(server, strict)
export type SmtpSettings = Static<typeof SmtpSettings>

/** What is secret about a mailbox; it goes in and never comes out. */
export const MailboxSecret = Type.Object(
  { imapPassword: Type.Optional(Line(500)), smtpPassword: Type.Optional(Line(500)) },
  strict,
)
export type MailboxSecret = Static<typeof MailboxSecret>

/** An address that people write to; what comes becomes tickets of its region and team. */
export const Mailbox = Type.Object({
  id: Type.String(),
  name: Type.String(),
  address: Type.String(),
  region: Ref,
  team: Nullable(Ref),
  imap: ImapSettings,
  smtp: SmtpSettings,
  kept: Type.Array(Type.Enum(['imapPassword', 'smtpPassword'])),
  enabled: Type.Boolean(),
  /** What its server said last when it was not as it should be. */
  error: Nullable(Type.String()),
  checkedAt: Nullable(Instant),
})
export type Mailbox = Static<typeof Mailbox>
export const MailboxPage = Page(Mailbox)
export const MailboxQuery = Type.Object({ ...paging })

export const NewMailbox = Type.Object(
  {
    name: Name,
    address: Address,
    regionId: Id,
    teamId: Type.Optional(Nullable(Id)),
    imap: ImapSettings,
    smtp: SmtpSettings,
    secret: Type.Optional(MailboxSecret),
    enabled: Type.Optional(Type.Boolean()),
  },
  strict,
)
export type NewMailbox = Static<typeof NewMailbox>
export const MailboxPatch = Type.Partial(Type.Omit(NewMailbox, ['regionId']), strict)
export type MailboxPatch = Static<typeof MailboxPatch>

const Tried = Type.Object({ ok: Type.Boolean(), answer: Type.String() })
export const MailboxTested = Type.Object({ imap: Tried, smtp: Tried })
export type MailboxTested = Static<typeof MailboxTested>

export const mailStates = ['taken', 'refused', 'waiting', 'sent', 'failed', 'bounced'] as const

/** One mail of a ticket, as it fared. */
export const Mail = Type.Object({
  id: Type.String(),
  direction: Type.Enum(['in', 'out']),
  from: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  state: Type.Enum(mailStates),
  /** What the other side said, or why it was not taken. */
  reason: Nullable(Type.String()),
  attempts: Type.Integer(),
  nextAt: Nullable(Instant),
  sentAt: Nullable(Instant),
  createdAt: Instant,
})
export type Mail = Static<typeof Mail>
export const MailPage = Page(Mail)
export const MailQuery = Type.Object({ ...paging })

/** What stands behind `#` in the link that whoever has no account rates by. */
const RatingToken = Type.String({ maxLength: 100, pattern: '^[0-9A-Za-z]{10,40}\\.[A-Za-z0-9_-]{43}$' })
export const RatingLink = Type.Object({ token: RatingToken })
export const RatingByLink = Type.Object({ token: RatingToken, ...Rating.properties })
export const RatedByLink = Type.Object({
  number: Type.String(),
  title: Type.String(),
  /** Null: not rated yet. */
  score: Nullable(Type.Integer()),
})
export type RatedByLink = Static<typeof RatedByLink>
