import { healths } from '@zongheng/inventory/business-service.ts'
import { deviceRoles } from '@zongheng/inventory/device.ts'
import { faces } from '@zongheng/inventory/rack.ts'
import { feeds } from '@zongheng/inventory/relation.ts'
import { sensorSeverities } from '@zongheng/inventory/sensor.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })
const State = Type.Enum([...healths])
const Reading = Nullable(Type.Number())

/** A UPS as it says itself [RFC 1628]; null: it does not say. */
export const Ups = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.String(),
  /** Where the load's power comes from. */
  source: Type.Enum(['mains', 'battery', 'bypass', 'other', 'unknown']),
  battery: Type.Enum(['normal', 'low', 'depleted', 'unknown']),
  loadPercent: Reading,
  chargePercent: Reading,
  minutesLeft: Reading,
  inputV: Reading,
  readAt: Nullable(Instant),
})
export type Ups = Static<typeof Ups>

export const airKinds = ['temperature', 'humidity', 'water', 'door', 'other'] as const
export const Air = Type.Object({
  sensorId: Type.String(),
  device: Ref,
  kind: Type.Enum([...airKinds]),
  name: Type.String(),
  unit: Type.String(),
  value: Reading,
  /** Of a state: what its value means. */
  text: Nullable(Type.String()),
  severity: Type.Enum([...sensorSeverities]),
  readAt: Nullable(Instant),
})
export type Air = Static<typeof Air>

const summary = {
  id: Type.String(),
  name: Type.String(),
  floor: Nullable(Type.String()),
  note: Nullable(Type.String()),
  region: Ref,
  site: Ref,
  state: State,
  since: Nullable(Instant),
  power: Nullable(State),
  air: Nullable(State),
  /** While on battery: how long that lasts. */
  minutesLeft: Reading,
  /** The hottest of its probes. */
  temperature: Reading,
  humidity: Reading,
  devices: Type.Integer(),
  racks: Type.Integer(),
}
export const RoomSummary = Type.Object(summary)
export type RoomSummary = Static<typeof RoomSummary>
export const RoomPage = Page(RoomSummary)

export const RoomQuery = Type.Object({
  ...paging,
  regionId: Type.Optional(Id),
  siteId: Type.Optional(Id),
  state: Type.Optional(State),
  q: Type.Optional(Type.String({ maxLength: 100 })),
})
export type RoomQuery = Static<typeof RoomQuery>

const Placed = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.Enum([...deviceRoles]),
  state: Type.String(),
})
export const Rack = Type.Object({
  id: Type.String(),
  name: Type.String(),
  units: Type.Integer(),
  mounts: Type.Array(
    Type.Object({
      device: Placed,
      unit: Type.Integer(),
      height: Type.Integer(),
      face: Type.Enum([...faces]),
    }),
  ),
})
export type Rack = Static<typeof Rack>

/** Mains, UPS, PDU, device: who powers whom. A site stands for its mains. */
export const PowerNode = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['mains', 'ups', 'pdu', 'device']),
  name: Type.String(),
  state: State,
  /** In steps from the mains. */
  depth: Type.Integer(),
  /** It has one supply, or several that hang on one. */
  isSingleFed: Type.Boolean(),
})
export type PowerNode = Static<typeof PowerNode>
export const PowerEdge = Type.Object({
  relationId: Type.String(),
  from: Type.String(),
  to: Type.String(),
  feed: Nullable(Type.Enum([...feeds])),
})

export const Room = Type.Object({
  ...summary,
  ups: Type.Array(Ups),
  airs: Type.Array(Air),
  racksOf: Type.Array(Rack),
  /** Those that stand beside the racks. */
  standing: Type.Array(Placed),
  powerPath: Type.Object({ nodes: Type.Array(PowerNode), edges: Type.Array(PowerEdge) }),
})
export type Room = Static<typeof Room>

const Name = Type.String({ minLength: 1, maxLength: 100 })
const place = {
  floor: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  note: Type.Optional(Nullable(Type.String({ maxLength: 2000 }))),
}
export const NewRoom = Type.Object({ siteId: Id, name: Name, ...place })
export type NewRoom = Static<typeof NewRoom>
export const RoomPatch = Type.Object({ name: Type.Optional(Name), ...place })
export type RoomPatch = Static<typeof RoomPatch>

const Units = Type.Integer({ minimum: 1, maximum: 60 })
export const NewRack = Type.Object({ name: Name, units: Type.Optional(Units) })
export type NewRack = Static<typeof NewRack>
export const RackPatch = Type.Object({ name: Type.Optional(Name), units: Type.Optional(Units) })
export type RackPatch = Static<typeof RackPatch>

/** In a rack, or, without one, beside them. `unit`: its lowest, from 1 at the bottom. */
export const Placing = Type.Object({
  deviceId: Id,
  rackId: Type.Optional(Nullable(Id)),
  unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
  height: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
  face: Type.Optional(Type.Enum([...faces])),
})
export type Placing = Static<typeof Placing>
