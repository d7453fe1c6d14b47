import { deviceRoles } from '@zongheng/inventory/device.ts'
import { Type, type Static } from 'typebox'
import { SnmpInput } from '../estate/schema.ts'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

/** `stopped`: by somebody; it and a failed one go on where they were. */
export const discoveryStates = ['waiting', 'running', 'done', 'failed', 'stopped'] as const
export const findKinds = [
  'new',
  'same',
  'alias',
  'moved',
  'replaced',
  'contradiction',
  'silent',
  'echo',
] as const
export const decisions = ['open', 'accepted', 'ignored'] as const

const Id = Type.String({ maxLength: 40 })
/** `10.1.2.0/24`, `10.1.2.3-40`, `10.1.2.3` */
const Ranges = Type.Array(Type.String({ maxLength: 40 }), { maxItems: 100 })
const Addresses = Type.Array(Type.String({ maxLength: 15 }), { maxItems: 100 })

const scope = {
  ranges: Ranges,
  seeds: Addresses,
  within: Ranges,
  without: Ranges,
  mostSteps: Type.Integer({ minimum: 0, maximum: 8 }),
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
  perSecond: Type.Integer({ minimum: 1, maximum: 1000 }),
  isSilentAsked: Type.Boolean(),
}

export const NewDiscovery = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  regionId: Id,
  /** Who asks; the local collector unless told. */
  collectorId: Type.Optional(Id),
  ranges: scope.ranges,
  /** Whose neighbours are asked in turn. */
  seeds: Type.Optional(scope.seeds),
  /** Neighbours outside are never asked. */
  within: Type.Optional(scope.within),
  without: Type.Optional(scope.without),
  mostSteps: Type.Optional(scope.mostSteps),
  port: Type.Optional(scope.port),
  perSecond: Type.Optional(scope.perSecond),
  isSilentAsked: Type.Optional(scope.isSilentAsked),
  /** Tried in this order. A device that hears many wrong ones shuts its sender out: four are the most. */
  snmp: Type.Array(SnmpInput, { minItems: 1, maxItems: 4 }),
})
export type NewDiscovery = Static<typeof NewDiscovery>

const Error = Type.Object({ code: Type.String(), text: Type.String() })
export const Discovery = Type.Object({
  id: Type.String(),
  name: Type.String(),
  region: Ref,
  collector: Ref,
  state: Type.Enum(discoveryStates),
  /** Of a failed one. */
  error: Nullable(Error),
  ...scope,
  /** How the credentials are told apart, in their order: `v2c`, `v3 watcher`. */
  credentials: Type.Array(Type.String()),
  asked: Type.Integer(),
  answering: Type.Integer(),
  devices: Type.Integer(),
  /** Nobody has decided about them. */
  open: Type.Integer(),
  createdBy: Nullable(Ref),
  createdAt: Instant,
  endedAt: Nullable(Instant),
})
export type Discovery = Static<typeof Discovery>
export const DiscoveryPage = Page(Discovery)
export const DiscoveryQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Id),
})

const Reason = Type.Object({
  code: Type.String(),
  value: Type.String(),
  /** The device it speaks of, where the reader may see it. */
  device: Nullable(Ref),
})
export type FindReason = Static<typeof Reason>

export const Find = Type.Object({
  id: Type.String(),
  address: Type.String(),
  rttMs: Nullable(Type.Number()),
  /** How its address became known, when it was not asked for. */
  from: Nullable(Type.Object({ address: Type.String(), by: Type.String() })),
  kind: Type.Enum(findKinds),
  /** Which of the discovery's credentials it takes, counted from 0. */
  credential: Nullable(Type.Integer()),
  identity: Nullable(
    Type.Object({
      vendor: Type.String(),
      category: Type.String(),
      hardware: Type.String(),
      version: Type.String(),
      serial: Type.String(),
      sysName: Type.String(),
      sysObjectID: Type.String(),
    }),
  ),
  interfaceCount: Type.Integer(),
  sensorCount: Type.Integer(),
  reasons: Type.Array(Reason),
  /** What it would be; null where it is known, or nothing can be read of it. */
  proposal: Nullable(
    Type.Object({
      name: Type.String(),
      role: Type.Enum(deviceRoles),
      site: Nullable(Ref),
      /** Without a site: it is made in this region; null: in the discovery’s. */
      region: Nullable(Ref),
      reasons: Type.Array(Type.Object({ code: Type.String(), value: Type.String() })),
    }),
  ),
  decision: Type.Enum(decisions),
  /** What it became. */
  device: Nullable(Ref),
  foundAt: Instant,
})
export type Find = Static<typeof Find>
export const FindPage = Page(Find)
export const FindQuery = Type.Object({
  ...paging,
  decision: Type.Optional(Type.Enum(decisions)),
})

const Accepted = Type.Object({
  id: Id,
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  role: Type.Optional(Type.Enum(deviceRoles)),
  siteId: Type.Optional(Id),
})
export const Accept = Type.Object({
  /** What differs from the proposals. */
  finds: Type.Array(Accepted, { minItems: 1, maxItems: 500 }),
})
export type Accept = Static<typeof Accept>
export const Accepting = Type.Object({
  accepted: Type.Array(Type.Object({ id: Type.String(), device: Ref })),
  refused: Type.Array(Type.Object({ id: Type.String(), code: Type.String(), text: Type.String() })),
})
export type Accepting = Static<typeof Accepting>
export const Ignore = Type.Object({
  finds: Type.Array(Id, { minItems: 1, maxItems: 500 }),
  /** False: they are open again. */
  ignored: Type.Boolean(),
})
export type Ignore = Static<typeof Ignore>
