import { Type, type Static, type TSchema } from 'typebox'
import { Nullable, Page, paging, Ref } from '../http/schema.ts'

const Id = Type.String({ maxLength: 40 })

/** What the viewer may see of it by name, and how many there are beyond their regions. */
const Seen = <T extends TSchema>(item: T) =>
  Type.Object({
    /** At most 500. */
    items: Type.Array(item),
    total: Type.Integer({ description: 'In the viewer’s regions' }),
    outside: Type.Integer({ description: 'Beyond them, unnamed' }),
  })

/** Sites, devices, links, circuits and carriers (organisations) that are to fail together, by id, parted by commas. */
export const ImpactQuery = Type.Object({
  fail: Type.String({
    minLength: 1,
    maxLength: 820,
    pattern: '^[a-z]{3}_[0-9a-z]+(,[a-z]{3}_[0-9a-z]+){0,19}$',
  }),
})

export const failingTypes = ['site', 'device', 'link', 'circuit', 'carrier'] as const

/** A circuit that takes over what another one carried. bit/s in the busier direction. */
export const TakenOver = Type.Object({
  circuitId: Type.String(),
  number: Type.String(),
  link: Ref,
  /** What it carries already, and what comes to it. */
  ownBps: Type.Number(),
  addedBps: Type.Number(),
  bandwidthBps: Type.Number(),
  percent: Type.Number({ description: 'Of the rented bandwidth, both together' }),
  isOverloaded: Type.Boolean(),
  /** p95: of the last seven days; last: the newest reading, where there is no such history. */
  basis: Type.Enum(['p95', 'last']),
})

export const ImpactAnswer = Type.Object({
  failing: Type.Array(
    Type.Object({ type: Type.Enum([...failingTypes]), id: Type.String(), name: Type.String() }),
  ),
  sites: Seen(Type.Object({ id: Type.String(), name: Type.String(), regionId: Type.String() })),
  devices: Type.Object({ total: Type.Integer(), outside: Type.Integer() }),
  services: Seen(Ref),
  lostLinks: Seen(Ref),
  /** Links that are left without another circuit. */
  bareLinks: Seen(Ref),
  /** Fullest first. */
  takenOver: Seen(TakenOver),
})

export const weakTypes = ['site', 'device', 'circuit', 'carrier'] as const

export const WeakPoint = Type.Object({
  type: Type.Enum([...weakTypes]),
  id: Type.String(),
  name: Type.String(),
  /** The device's site, the circuit's link. */
  of: Nullable(Ref),
  regionId: Nullable(Type.String()),
  sites: Type.Integer({ description: 'How many sites it alone cuts off' }),
  bareLinks: Type.Integer({ description: 'Of a carrier: links that it alone leaves without a backup' }),
})

export const WeakPointQuery = Type.Object({
  ...paging,
  type: Type.Optional(Type.Enum([...weakTypes])),
  regionId: Type.Optional(Id),
})
export const WeakPointPage = Page(WeakPoint)

export type ImpactAnswer = Static<typeof ImpactAnswer>
export type TakenOver = Static<typeof TakenOver>
export type WeakPoint = Static<typeof WeakPoint>
export type WeakPointQuery = Static<typeof WeakPointQuery>
