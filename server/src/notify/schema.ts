import { severities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { channelKinds } from './channel.ts'
import { notifyEvents } from './message.ts'
import { digests, thresholds } from './preference.ts'
import { turns } from './roster.ts'
import { routeHours } from './route.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ maxLength: 40 })
const Name = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })
const Line = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\r\\n\\0]*$' })
const HttpUrl = Type.String({ maxLength: 1000, pattern: '^https?://[^\\s/]+' })
const Minute = Type.Integer({ minimum: 0, maximum: 1439 })
const Enabled = Type.Boolean()

// ---- channels -----------------------------------------------------------------------------

export const Settings = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('smtp'),
      host: Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9_.:-]+$' }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      security: Type.Enum(['none', 'starttls', 'tls']),
      verifyTls: Type.Boolean(),
      from: Type.String({ minLength: 3, maxLength: 200, pattern: '^[^\\r\\n\\0]*@[^\\r\\n\\0]+$' }),
      username: Line(200),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('sms'),
      method: Type.Enum(['GET', 'POST']),
      url: HttpUrl,
      contentType: Type.Enum(['json', 'form', 'xml']),
      charset: Type.Enum(['utf-8', 'gbk']),
      headers: Type.Array(
        Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9-]{1,60}$' }), value: Line(500) }, strict),
        { maxItems: 10 },
      ),
      body: Type.String({ maxLength: 4000 }),
      success: Type.String({ maxLength: 200 }),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('wecom') }, strict),
  Type.Object({ kind: Type.Literal('dingtalk') }, strict),
  Type.Object({ kind: Type.Literal('feishu') }, strict),
  Type.Object({ kind: Type.Literal('webhook'), url: HttpUrl }, strict),
])

export const Secret = Type.Object(
  {
    password: Type.Optional(Type.String({ maxLength: 500 })),
    url: Type.Optional(HttpUrl),
    signKey: Type.Optional(Line(500)),
    key: Type.Optional(Line(500)),
  },
  strict,
)

export const Channel = Type.Object({
  id: Type.String(),
  kind: Type.Enum(channelKinds),
  name: Type.String(),
  region: Ref,
  settings: Settings,
  /** What of it is kept; never what it is. */
  kept: Type.Array(Type.Enum(['password', 'url', 'signKey', 'key'])),
  enabled: Enabled,
})
export type ChannelView = Static<typeof Channel>
export const ChannelPage = Page(Channel)
export const NewChannel = Type.Object(
  {
    name: Name,
    regionId: Id,
    settings: Settings,
    secret: Type.Optional(Secret),
    enabled: Type.Optional(Enabled),
  },
  strict,
)
export type NewChannel = Static<typeof NewChannel>
export const ChannelPatch = Type.Partial(Type.Omit(NewChannel, ['regionId']), strict)
export type ChannelPatch = Static<typeof ChannelPatch>
/** An e-mail address or a telephone number; blank for what has one of its own. */
export const ChannelTest = Type.Object({ address: Line(200) }, strict)
export const ChannelTested = Type.Object({ ok: Type.Boolean(), answer: Type.String() })

// ---- routes -------------------------------------------------------------------------------

export const Target = Type.Union([
  Type.Object({ kind: Type.Literal('scope') }, strict),
  Type.Object({ kind: Type.Literal('duty'), rosterId: Nullable(Id) }, strict),
  Type.Object({ kind: Type.Literal('team'), teamId: Nullable(Id) }, strict),
  Type.Object({ kind: Type.Literal('person'), userId: Id }, strict),
  Type.Object({ kind: Type.Literal('channel'), channelId: Id, address: Line(200) }, strict),
])
const Step = Type.Object(
  {
    afterMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
    to: Type.Array(Target, { minItems: 1, maxItems: 20 }),
  },
  strict,
)
const Match = Type.Object(
  {
    severities: Type.Array(Type.Enum(severities), { maxItems: severities.length }),
    classes: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 20 }),
    conditions: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 50 }),
    hours: Type.Enum(routeHours),
  },
  strict,
)
export const Route = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Null: the built-in one, which speaks where none other matches. */
  region: Nullable(Ref),
  position: Type.Integer(),
  match: Match,
  steps: Type.Array(Step),
  /** Of the people and teams among the steps, by id. */
  names: Type.Record(Type.String(), Type.String()),
  enabled: Enabled,
})
export type RouteView = Static<typeof Route>
export const RoutePage = Page(Route)
export const NewRoute = Type.Object(
  {
    name: Name,
    regionId: Id,
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
    match: Match,
    steps: Type.Array(Step, { minItems: 1, maxItems: 10 }),
    enabled: Type.Optional(Enabled),
  },
  strict,
)
export type NewRoute = Static<typeof NewRoute>
export const RoutePatch = Type.Partial(Type.Omit(NewRoute, ['regionId']), strict)
export type RoutePatch = Static<typeof RoutePatch>

/** Who would be told if … */
export const PreviewQuery = Type.Object({
  regionId: Id,
  severity: Type.Enum(severities),
  entityType: Type.String({ maxLength: 20 }),
  condition: Type.String({ maxLength: 60 }),
  at: Type.Optional(Instant),
})
export type PreviewQuery = Static<typeof PreviewQuery>
export const Preview = Type.Object({
  routes: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      steps: Type.Array(
        Type.Object({
          afterMinutes: Type.Integer(),
          to: Type.Array(
            Type.Object({
              channel: Nullable(Ref),
              user: Nullable(Ref),
              /** As much of it as tells it from others. */
              address: Type.String(),
              heldUntil: Nullable(Instant),
            }),
          ),
        }),
      ),
    }),
  ),
})
export type Preview = Static<typeof Preview>

// ---- rosters ------------------------------------------------------------------------------

const Rotation = Type.Object(
  {
    turn: Type.Enum(turns),
    userIds: Type.Array(Id, { maxItems: 50 }),
    from: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' }),
    handoverMinute: Minute,
    handoverWeekday: Type.Integer({ minimum: 0, maximum: 6 }),
  },
  strict,
)
const Duty = Type.Object({ user: Ref, from: Instant, until: Instant, shiftId: Nullable(Type.String()) })
export const Roster = Type.Object({
  id: Type.String(),
  name: Type.String(),
  region: Ref,
  team: Nullable(Ref),
  rotation: Rotation,
  members: Type.Array(Ref),
  now: Nullable(Duty),
  next: Nullable(Duty),
})
export type RosterView = Static<typeof Roster>
export const RosterPage = Page(Roster)
export const NewRoster = Type.Object(
  { name: Name, regionId: Id, teamId: Type.Optional(Nullable(Id)), rotation: Rotation },
  strict,
)
export type NewRoster = Static<typeof NewRoster>
export const RosterPatch = Type.Partial(Type.Omit(NewRoster, ['regionId']), strict)
export type RosterPatch = Static<typeof RosterPatch>
export const CalendarQuery = Type.Object({ from: Instant, until: Instant })
export const RosterCalendar = Type.Object({ items: Type.Array(Duty) })
export type DutyView = Static<typeof Duty>
export const NewShift = Type.Object(
  { userId: Id, startsAt: Instant, endsAt: Instant, note: Type.Optional(Nullable(Line(200))) },
  strict,
)
export type NewShift = Static<typeof NewShift>
export const Shift = Type.Object({
  id: Type.String(),
  user: Ref,
  startsAt: Instant,
  endsAt: Instant,
  note: Nullable(Type.String()),
})

// ---- what was told --------------------------------------------------------------------------

export const deliveryStates = ['waiting', 'held', 'sent', 'failed', 'dropped', 'folded'] as const
export const Delivery = Type.Object({
  id: Type.String(),
  at: Instant,
  event: Type.Enum(notifyEvents),
  severity: Type.Enum(severities),
  title: Type.String(),
  text: Type.String(),
  region: Ref,
  /** Null: the console. */
  channel: Nullable(Ref),
  user: Nullable(Ref),
  address: Type.String(),
  state: Type.Enum(deliveryStates),
  attempts: Type.Integer(),
  nextAt: Nullable(Instant),
  sentAt: Nullable(Instant),
  error: Nullable(Type.String()),
  alarmId: Nullable(Type.String()),
  ticket: Nullable(Type.Object({ id: Type.String(), number: Type.String() })),
})
export type DeliveryView = Static<typeof Delivery>
export const DeliveryPage = Page(Delivery)
export const DeliveryQuery = Type.Object({
  ...paging,
  state: Type.Optional(Type.Enum(deliveryStates)),
  event: Type.Optional(Type.Enum(notifyEvents)),
  channelId: Type.Optional(Id),
  regionId: Type.Optional(Id),
  alarmId: Type.Optional(Id),
})
export type DeliveryQuery = Static<typeof DeliveryQuery>

/** For the bell. */
export const Notice = Type.Object({
  id: Type.String(),
  at: Instant,
  event: Type.Enum(notifyEvents),
  severity: Type.Enum(severities),
  title: Type.String(),
  region: Ref,
  alarmId: Nullable(Type.String()),
  ticket: Nullable(Type.Object({ id: Type.String(), number: Type.String() })),
  article: Nullable(Type.Object({ id: Type.String(), number: Type.String() })),
  /** To this person by name, not to all who see the region. */
  isPersonal: Type.Boolean(),
})
export type Notice = Static<typeof Notice>
export const NoticePage = Type.Intersect([
  Page(Notice),
  /** Up to when they have looked. */
  Type.Object({ seenAt: Instant }),
])
export type NoticePage = Static<typeof NoticePage>

export const Preferences = Type.Object(
  {
    email: Type.Enum(thresholds),
    sms: Type.Enum(thresholds),
    quiet: Nullable(Type.Object({ fromMinute: Minute, untilMinute: Minute }, strict)),
    digest: Type.Enum(digests),
    digestMinute: Minute,
  },
  strict,
)

export const PagingQuery = Type.Object(paging)
