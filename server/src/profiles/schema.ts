import { identifiedFields, measuredKinds } from '@zongheng/inventory/explanation.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable } from '../http/schema.ts'

const Text = Type.String({ maxLength: 4096 })
/** `huawei-vrp/sensors/3`: profile and place; `enterprises`: the table of makers. */
const Rule = Type.String({ maxLength: 400 })
const Origin = Type.Object({ rule: Rule, oid: Nullable(Type.String({ maxLength: 600 })), raw: Text })

const Measured = Type.Object({
  kind: Type.Enum([...measuredKinds]),
  key: Nullable(Text),
  descr: Text,
  rule: Rule,
  oids: Type.Array(Type.String({ maxLength: 600 }), { maxItems: 20 }),
  scale: Type.Number(),
  offset: Type.Number(),
})

/** As a collector tells it. */
export const Told = Type.Object({
  profile: Type.String({ maxLength: 40 }),
  rule: Nullable(Rule),
  identity: Type.Partial(Type.Record(Type.Enum([...identifiedFields]), Origin)),
  measured: Type.Array(Measured, { maxItems: 20_000 }),
})

const Place = { file: Type.String(), path: Type.String() }

export const DeviceExplanation = Type.Object({
  profile: Type.String(),
  /** Null: no profile knows the device; it is read by the standards alone. */
  rule: Nullable(Type.String()),
  ...Place,
  /** When the device was last discovered with something new. */
  at: Instant,
  identity: Type.Array(
    Type.Object({
      field: Type.Enum([...identifiedFields]),
      text: Type.String(),
      ...Place,
      oid: Nullable(Type.String()),
      raw: Type.String(),
    }),
  ),
  measured: Type.Array(Type.Object({ ...Measured.properties, ...Place })),
})
export type DeviceExplanation = Static<typeof DeviceExplanation>

/** Null until its collector said so: collectors of earlier versions do not. */
export const ExplanationAnswer = Type.Object({ explanation: Nullable(DeviceExplanation) })

export const ProfileCoverage = Type.Object({
  profiles: Type.Array(
    Type.Object({
      name: Type.String(),
      vendor: Type.String(),
      os: Type.String(),
      category: Type.String(),
      extends: Type.Array(Type.String()),
      /** Its own, without those it inherits. */
      rules: Type.Integer(),
      /** Of the devices one may see: how many are of it, what is measured of them, and when one was last recognised. */
      devices: Type.Integer(),
      measured: Type.Integer(),
      lastAt: Nullable(Instant),
    }),
  ),
  /** Devices that no profile knows, by what they say they are. */
  unknown: Type.Array(
    Type.Object({
      sysObjectID: Type.String(),
      sysDescr: Type.String(),
      devices: Type.Integer(),
      /** One of them. */
      device: Type.Object({ id: Type.String(), name: Type.String() }),
    }),
  ),
})
export type ProfileCoverage = Static<typeof ProfileCoverage>
