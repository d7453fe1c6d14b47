import { mostOfStations } from '@zongheng/inventory/surroundings.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

const Text = Type.String({ maxLength: 4096 })
const Mac = Type.String({ pattern: '^[0-9a-f]{12}$' })
const Address = Type.String({ minLength: 1, maxLength: 45 })
const { ports, onPort, hosts } = mostOfStations

/** As a collector tells it. */
export const ToldStations = Type.Object({
  ports: Type.Array(Type.Object({ ifName: Text, macs: Type.Array(Mac, { maxItems: onPort }) }), {
    maxItems: ports,
  }),
  crowded: Type.Array(Type.Object({ ifName: Text, count: Type.Integer({ minimum: 1 }) }), {
    maxItems: ports,
  }),
  hosts: Type.Array(Type.Object({ mac: Mac, address: Address }), { maxItems: hosts }),
})

const name = {
  mac: Type.String({ description: '12 hex digits' }),
  addresses: Type.Array(Type.String(), {
    description: 'As devices of the regions above and below know them, the nearest first',
  }),
  device: Nullable(Ref),
}
const place = {
  ifName: Type.String(),
  since: Type.Integer({ description: 'When it was first seen there; UTC epoch milliseconds' }),
}

export const Hanging = Type.Object(name)
export type Hanging = Static<typeof Hanging>
export const Station = Type.Object({ ...name, ...place })
export type Station = Static<typeof Station>

/** What hangs on a switch's ports, as it last said. */
export const DeviceStations = Type.Object({
  at: Nullable(Instant),
  items: Type.Array(Station),
  crowded: Type.Array(Type.Object({ ifName: Type.String(), count: Type.Integer() }), {
    description: 'Ports with more than are kept by name: another network is behind them',
  }),
})
export type DeviceStations = Static<typeof DeviceStations>

export const StationQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 100, description: 'A MAC in any writing, or an IPv4 address; the beginning of one is enough' }), // prettier-ignore
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 20 })),
})
export type StationQuery = Static<typeof StationQuery>

export const FoundStations = Type.Object({
  items: Type.Array(
    Type.Object({
      ...name,
      ...place,
      switch: Ref,
      site: Ref,
      beside: Type.Integer({ description: 'How many others on that port: where it hangs itself there are fewest' }), // prettier-ignore
    }),
  ),
})
export type FoundStations = Static<typeof FoundStations>
export type FoundStation = FoundStations['items'][number]
