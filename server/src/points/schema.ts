import { pointFindings, pointStates } from '@zongheng/inventory/information-point.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Page, paging, Ref } from '../http/schema.ts'
import { Hanging } from '../stations/schema.ts'

const Id = Type.String({ maxLength: 40 })
export const longest = { code: 64, place: 200, note: 2000 } as const
const Words = Type.String({ maxLength: longest.place })
const State = Type.Enum([...pointStates])

/** The switch port behind a point. */
const Port = Type.Object({
  interfaceId: Type.String(),
  /** Null: out of sight, or gone. */
  device: Nullable(Ref),
  ifName: Type.String(),
  ifAlias: Type.String(),
  ifAdminStatus: Type.String(),
  ifOperStatus: Type.String(),
  since: Nullable(Instant),
  ifSpeedBps: Nullable(Type.Number({ description: 'bit/s' })),
  isGone: Type.Boolean({ description: 'The device no longer has it' }),
})

const Neighbour = Type.Object({
  protocol: Type.Enum(['lldp', 'cdp']),
  sysName: Type.String(),
  chassisId: Type.String(),
  portId: Type.String(),
  portDescr: Type.String(),
})

export const Point = Type.Object({
  id: Type.String(),
  code: Type.String({ description: 'As printed on the outlet, once a site' }),
  region: Ref,
  site: Ref,
  room: Nullable(Ref),
  place: Type.String({ description: 'Where in the room' }),
  panel: Type.String({ description: 'Patch panel and its port' }),
  port: Nullable(Port),
  device: Nullable(Ref),
  asset: Type.String({ description: 'What hangs there and is no device of ours' }),
  usedBy: Type.String({ description: 'Person or unit' }),
  note: Type.String(),
  state: State,
  neighbours: Type.Array(Neighbour, { description: 'Who tells of itself on the port' }),
  stations: Type.Array(Hanging, { description: 'What hangs on the port, as the switch last said' }),
  otherPort: Nullable(
    Type.String({ description: 'Of the switch, that what is recorded to hang there is seen on' }),
  ),
  findings: Type.Array(Type.Enum([...pointFindings]), { description: 'Where the port shows something else' }),
  updatedAt: Instant,
})
export type Point = Static<typeof Point>
export const PointPage = Page(Point)

const filter = {
  regionId: Type.Optional(Id),
  siteId: Type.Optional(Id),
  roomId: Type.Optional(Id),
  /** On one of its ports, or itself what hangs there. */
  deviceId: Type.Optional(Id),
  state: Type.Optional(State),
  /** Those alone whose port shows something else than is recorded. */
  differs: Type.Optional(Type.Boolean()),
  q: Type.Optional(Type.String({ maxLength: 100 })),
}
export const PointQuery = Type.Object({ ...paging, ...filter })
export type PointQuery = Static<typeof PointQuery>

export const encodings = ['utf-8', 'gb18030'] as const
export const PointExportQuery = Type.Object({
  ...filter,
  encoding: Type.Optional(Type.Enum([...encodings], { default: 'utf-8' })),
})
export type PointExportQuery = Static<typeof PointExportQuery>

const recorded = {
  code: Type.String({ minLength: 1, maxLength: longest.code, pattern: '\\S' }),
  roomId: Nullable(Id),
  place: Words,
  panel: Words,
  interfaceId: Nullable(Id),
  deviceId: Nullable(Id),
  asset: Words,
  usedBy: Words,
  note: Type.String({ maxLength: longest.note }),
  state: State,
}
const { code, ...rest } = recorded
export const NewPoint = Type.Object({ siteId: Id, code, ...Type.Partial(Type.Object(rest)).properties })
export type NewPoint = Static<typeof NewPoint>
/** What is left out stays. */
export const PointPatch = Type.Partial(Type.Object(recorded), { minProperties: 1 })
export type PointPatch = Static<typeof PointPatch>

export const PointImportResult = Type.Object({ added: Type.Integer(), changed: Type.Integer() })
export type PointImportResult = Static<typeof PointImportResult>
