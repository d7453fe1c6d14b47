import { logKinds } from '@zongheng/collector/contract.ts'
import { deviceRoles } from '@zongheng/inventory/device.ts'
import { severities } from '@zongheng/inventory/severity.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { maxPatternLength } from './pattern.ts'

const Kind = Type.Enum([...logKinds])
/** 0 emergency … 7 debug. */
const Level = Type.Integer({ minimum: 0, maximum: 7, description: 'RFC 5424 §6.2.1: 0 emergency … 7 debug' })

export const LogRecord = Type.Object({
  id: Type.String(),
  at: Instant,
  /** When it came to the collector. */
  receivedAt: Instant,
  kind: Kind,
  name: Type.String(),
  severity: Level,
  facility: Nullable(Type.Integer()),
  host: Nullable(Type.String()),
  address: Type.String(),
  text: Type.String(),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
  repeated: Type.Integer(),
  device: Nullable(Ref),
  region: Nullable(Ref),
  collector: Ref,
})
export type LogRecord = Static<typeof LogRecord>
export const LogPage = Page(LogRecord)

export const LogQuery = Type.Object({
  ...paging,
  from: Type.Optional(Instant),
  until: Type.Optional(Instant),
  deviceId: Type.Optional(Type.String({ maxLength: 40 })),
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
  kind: Type.Optional(Kind),
  severity: Type.Optional(Level),
  name: Type.Optional(Type.String({ maxLength: 120, description: 'Exact, or with * for anything' })),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Words of text, host or address' })),
})
export type LogQuery = Static<typeof LogQuery>

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 120 }), { maxItems: 60 })
const Regexp = Type.String({ minLength: 1, maxLength: maxPatternLength })

/** All that is said must hold. */
export const LogMatch = Type.Object({
  kinds: Type.Optional(Type.Array(Kind, { maxItems: 3 })),
  names: Type.Optional(Names),
  /** As grave, or graver. */
  severity: Type.Optional(Level),
  pattern: Type.Optional(Regexp),
  roles: Type.Optional(Type.Array(Type.Enum([...deviceRoles]), { maxItems: 30 })),
})
export type LogMatch = Static<typeof LogMatch>

export const LogAction = Type.Union([
  Type.Object({ kind: Type.Literal('ignore') }),
  Type.Object({ kind: Type.Literal('poll') }),
  Type.Object({
    kind: Type.Literal('raise'),
    severity: Type.Enum([...severities]),
    /** Whether an incident is opened. */
    ticket: Type.Boolean(),
    /** So often within so long. */
    times: Type.Integer({ minimum: 1, maximum: 1000 }),
    withinS: Type.Integer({ minimum: 1, maximum: 86_400 }),
    /** What says that it is over. */
    clear: Nullable(Type.Object({ names: Type.Optional(Names), pattern: Type.Optional(Regexp) })),
    /** Over without a word, after so long since the last. */
    clearAfterS: Type.Integer({ minimum: 60, maximum: 30 * 86_400 }),
  }),
])
export type LogAction = Static<typeof LogAction>

const settings = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  match: LogMatch,
  action: LogAction,
  enabled: Type.Boolean(),
}
export const LogRule = Type.Object({
  id: Type.String(),
  region: Nullable(Ref),
  position: Type.Integer(),
  builtIn: Type.Boolean(),
  ...settings,
})
export type LogRule = Static<typeof LogRule>
export const LogRules = Type.Object({ items: Type.Array(LogRule) })

export const NewLogRule = Type.Object({
  regionId: Type.String({ maxLength: 40 }),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
  ...settings,
})
export type NewLogRule = Static<typeof NewLogRule>
export const LogRulePatch = Type.Partial(
  Type.Object({ position: Type.Integer({ minimum: 0, maximum: 10_000 }), ...settings }),
)
export type LogRulePatch = Static<typeof LogRulePatch>
