/**
 * A device profile: how a family of devices is recognised, and what is read from it. Written in YAML under
 * `profiles/`, one family a file. OIDs come from the standards and the vendors' MIBs.
 */
import Type, { type Static, type TSchema } from 'typebox'
import { sensorSeverities, sensorUnits } from './sensor.ts'

const closed = { additionalProperties: false } as const
const maxRules = 64

export const oidPattern = '^[0-2](\\.\\d{1,10}){1,120}$'
const Oid = Type.String({ pattern: oidPattern })
const Text = Type.String({ maxLength: 200 })
/** A regular expression, compiled when the profile is loaded. */
const Pattern = Type.String({ format: 'regex', minLength: 1, maxLength: 300 })
const list = <T extends TSchema>(item: T, maxItems = maxRules) => Type.Array(item, { maxItems, default: [] })
const names = <T extends string>(values: readonly T[], byDefault?: T) =>
  Type.Unsafe<T>(Type.String({ enum: [...values], ...(byDefault && { default: byDefault }) }))
const keysOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[]

/** The index of a row in another table, built from parts of this row's: `{1}`, `{2}.{3}`. */
const IndexPattern = Type.String({ pattern: '^(\\{\\d{1,2}\\}|\\d{1,10}|\\.)+$', maxLength: 100 })

/** Keeps the rows of a table whose other column holds one of these values; text is compared as text. */
export const RowRule = Type.Object(
  {
    column: Oid,
    /** Where that column is indexed otherwise. */
    at: Type.Optional(IndexPattern),
    in: Type.Optional(
      Type.Array(Type.Union([Type.Number(), Type.String()]), { minItems: 1, maxItems: maxRules }),
    ),
    notIn: Type.Optional(
      Type.Array(Type.Union([Type.Number(), Type.String()]), { minItems: 1, maxItems: maxRules }),
    ),
    /** What its text must match. */
    match: Type.Optional(Pattern),
  },
  closed,
)

/**
 * An instance that the device must answer. It is asked for where the rule's other conditions hold; where it has none, if
 * nothing else recognised the device. All are asked in one request.
 */
export const Probe = Type.Object(
  {
    oid: Oid,
    /** What its text must match. */
    match: Type.Optional(Pattern),
  },
  closed,
)

/** All conditions of one object must hold; a profile is recognised by any of its objects. */
export const Recognition = Type.Object(
  {
    /** Prefixes: the longest that matches wins among all profiles. */
    sysObjectID: Type.Optional(Type.Array(Oid, { minItems: 1, maxItems: maxRules })),
    sysDescr: Type.Optional(Pattern),
    probe: Type.Optional(Probe),
  },
  closed,
)

/** Where a text is found: one of `sysDescr: true`, an instance (`oid`), or the first row of a `column` that has one. */
export const Find = Type.Object(
  {
    sysDescr: Type.Optional(Type.Literal(true)),
    oid: Type.Optional(Oid),
    column: Type.Optional(Oid),
    where: list(RowRule),
    /** What must match; without it, the whole text. */
    match: Type.Optional(Pattern),
    /** Built from the match's groups, `$1 ($2)`; by default the first group, or else the whole match. */
    as: Type.Optional(Text),
  },
  closed,
)

/** One number, or the column that holds it for each row. */
const LimitRule = Type.Object({ column: Oid, scale: Type.Optional(Type.Number()) }, closed)
const Limit = Type.Union([Type.Number(), LimitRule])

/** How a raw number becomes a value: raw × scale + offset; `invalid` raw numbers mean none. */
const numeric = {
  column: Oid,
  /** In a text, where the number stands: the first group. */
  match: Type.Optional(Pattern),
  scale: Type.Number({ default: 1 }),
  /** A column whose value multiplies too (hrStorageAllocationUnits). */
  scaleColumn: Type.Optional(Oid),
  /** A column whose value divides, whatever its sign (Rittal writes −100 for hundredths); 0 divides by nothing. */
  divisorColumn: Type.Optional(Oid),
  /** A column that says how many of the number's digits are decimals. */
  digitsColumn: Type.Optional(Oid),
  offset: Type.Number({ default: 0 }),
  invalid: Type.Array(Type.Number(), { maxItems: maxRules, default: [] }),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
}

/**
 * How a row is worded: `{text}` is `text`'s value for the row, `{index}` its index, `{1}` the first part of it; where
 * the index begins with texts (a length, then as many octets), `{word1}` is the first of them and `{rest}` what follows.
 */
const worded = {
  descr: Type.Optional(Text),
  text: Type.Optional(Oid),
  /** A column that holds the index of the row's `text` (cpmCPUTotalPhysicalIndex). */
  textIndex: Type.Optional(Oid),
  /** The index of the row's `text`, where it is a part of the row's own (an ifIndex before a lane). */
  textAt: Type.Optional(IndexPattern),
  /** Only rows whose index matches (`\.4$`: a table of readings by kind). */
  index: Type.Optional(Pattern),
  where: list(RowRule),
}

/** Read only if the rules above it in its list found nothing. */
const otherwise = Type.Boolean({ default: false })

export const ValueColumn = Type.Object(numeric, closed)

export const ProcessorRule = Type.Object({ ...numeric, ...worded, otherwise }, closed)

/** One of: percent; used and size; used and free; free (added up) and size. */
export const MemoryRule = Type.Object(
  {
    ...worded,
    otherwise,
    percent: Type.Optional(ValueColumn),
    used: Type.Optional(ValueColumn),
    size: Type.Optional(ValueColumn),
    free: Type.Optional(Type.Array(ValueColumn, { minItems: 1, maxItems: 8 })),
    /** Which rows count for the device's own figure: all, none, or these indexes. */
    main: Type.Union([Type.Boolean(), Type.Array(Type.String(), { maxItems: maxRules })], { default: true }),
  },
  closed,
)

/** Names of VLANs: a column whose index ends with the VLAN's id. Of several the first that has any counts. */
export const VlanRule = Type.Object({ column: Oid, where: list(RowRule) }, closed)

/** A maker's own table of BGP peers, whose index ends with the peer's address. Of several the first that has any counts. */
export const BgpPeerRule = Type.Object(
  {
    /** As bgpPeerState [RFC 4273]. */
    state: Oid,
    /** 1: it is off. */
    adminStatus: Type.Optional(Oid),
    remoteAs: Type.Optional(Oid),
  },
  closed,
)

export const SensorRule = Type.Object(
  {
    /** With the row's index it names the sensor for good: `hwEntityTemperature.67108873`. */
    key: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{1,60}$' }),
    class: names(keysOf(sensorUnits)),
    ...numeric,
    ...worded,
    /** A column that shows whether there are rows at all: while it has none, nothing else of this rule is read. */
    ifAny: Type.Optional(Oid),
    form: names(['number', 'microwatt', 'opticalPower', 'biasCurrent'] as const, 'number'),
    /** The index that is left out of the key. */
    bareIndex: Type.String({ default: '0' }),
    /** Stays even when the device has no value for now (minutes remaining, while on mains). */
    keepEmpty: Type.Boolean({ default: false }),
    /** The vendor's codes → those of the standard object that the key names. */
    codes: Type.Optional(Type.Record(Type.String({ pattern: '^-?\\d+$' }), Type.Integer())),
    states: Type.Optional(
      Type.Record(Type.String({ pattern: '^-?\\d+$' }), Type.Tuple([Text, names(sensorSeverities)])),
    ),
    lowWarn: Type.Optional(Limit),
    highWarn: Type.Optional(Limit),
    highCritical: Type.Optional(Limit),
  },
  closed,
)

/** A table shaped as entPhySensorTable [RFC 3433]: type, scale, precision, value, status in columns 1 to 5. */
export const EntitySensorTable = Type.Object(
  {
    entry: Oid,
    key: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{1,60}$' }),
    lowWarn: Type.Optional(Type.Record(Type.String(), Type.Number())),
    highWarn: Type.Optional(Type.Record(Type.String(), Type.Number())),
    highCritical: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  closed,
)

/** What its agent does otherwise than the standards have it, where finding that out anew each time would cost it or us. */
export const Quirks = Type.Object(
  {
    /** Nonsense or silence is the answer to GETBULK: it is asked by GETNEXT and by exact instances. */
    noBulk: Type.Optional(Type.Boolean()),
    /** Silence is the answer to whoever asks for more objects at once. */
    mostObjects: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    /** ifHighSpeed is no number of Mbit/s: ifSpeed is right. */
    noHighSpeed: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type Quirks = Static<typeof Quirks>

export const Profile = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{2,40}$' }),
    /** Other profiles whose rules follow one's own. */
    extends: list(Type.String({ maxLength: 40 })),
    /** What stands below the one number in the profiles extended stands below the other here: a maker's sold by another. */
    rebase: Type.Record(Oid, Oid, { ...closed, default: {} }),
    /**
     * For makers that give each model a subtree of its own, laid out alike: what stands below `base` in the profile
     * stands below the device's own sysObjectID, without its last `drop` numbers.
     */
    ownTree: Type.Optional(
      Type.Object({ base: Oid, drop: Type.Integer({ minimum: 0, maximum: 8, default: 0 }) }, closed),
    ),
    recognise: list(Recognition),
    vendor: Type.String({ maxLength: 40, default: '' }),
    os: Type.String({ maxLength: 40, default: '' }),
    category: Type.String({ maxLength: 40, default: '' }),
    /** Product names by sysObjectID, from the vendor's product MIB. */
    models: Type.Record(Oid, Text, { ...closed, default: {} }),
    vendorFrom: list(Find),
    hardware: list(Find),
    version: list(Find),
    serial: list(Find),
    quirks: Type.Object(Quirks.properties, { ...closed, default: {} }),
    cpuCombination: Type.Optional(names(['mean', 'max'] as const)),
    processors: list(ProcessorRule),
    memory: list(MemoryRule),
    /** Disks and file systems; `main` says nothing of them. */
    storage: list(MemoryRule),
    vlans: list(VlanRule),
    bgpPeers: list(BgpPeerRule),
    sensors: list(SensorRule, 256),
    entitySensors: list(EntitySensorTable),
  },
  closed,
)

/** Lists of rules. `extends` appends all but the first: what a profile says itself comes before what it inherits. */
export const ruleLists = [
  'recognise',
  'vendorFrom',
  'hardware',
  'version',
  'serial',
  'processors',
  'memory',
  'storage',
  'vlans',
  'bgpPeers',
  'sensors',
  'entitySensors',
] as const
type RuleList = (typeof ruleLists)[number]
type Written = Static<typeof Profile>

/** `rule` is the profile's name and the place in it: `huawei-vrp/sensors/3`. */
type Placed<T> = T & { rule: string }

export type RowRule = Static<typeof RowRule>
export type ValueColumn = Static<typeof ValueColumn>
export type SensorLimit = Static<typeof Limit>
export type Recognition = Placed<Static<typeof Recognition>>
export type Find = Placed<Static<typeof Find>>
export type ProcessorRule = Placed<Static<typeof ProcessorRule>>
export type MemoryRule = Placed<Static<typeof MemoryRule>>
export type SensorRule = Placed<Static<typeof SensorRule>>
export type EntitySensorTable = Placed<Static<typeof EntitySensorTable>>
/** A profile as it is used: each of its rules knows where it stands. */
export type Profile = Omit<Written, RuleList> & { [K in RuleList]: Placed<Written[K][number]>[] }
