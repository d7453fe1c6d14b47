import { agreements } from '@zongheng/inventory/surroundings.ts'
import { accesses } from '@zongheng/inventory/access.ts'
import { carrierKeys } from '@zongheng/inventory/circuit-word-tables.ts'
import { circuitRoles } from '@zongheng/inventory/circuit.ts'
import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

const Text = Type.String({ maxLength: 4096 })
const Address = Type.String({ maxLength: 45 })
const mostAround = { maxItems: 2000 }

const Cable = Type.Object({
  protocol: Type.Enum(['lldp', 'cdp']),
  ifName: Text,
  sysName: Text,
  chassisId: Text,
  portId: Text,
  portDescr: Text,
})

/** As a collector tells it. */
export const ToldSurroundings = Type.Object({
  chassisId: Text,
  cables: Type.Array(Cable, mostAround),
  addresses: Type.Array(
    Type.Object({ address: Address, prefixLength: Nullable(Type.Integer()), ifIndex: Type.Integer() }),
    mostAround,
  ),
  peers: Type.Array(Type.Object({ protocol: Type.Enum(['bgp', 'ospf']), address: Address }), mostAround),
})

/** What the port's description says of the circuit on it. */
const Words = Type.Object({
  carrier: Nullable(Type.Enum([...carrierKeys])),
  number: Nullable(Type.String()),
  bandwidthBps: Nullable(Type.Number({ description: 'bit/s' })),
  access: Nullable(Type.Enum([...accesses])),
  role: Nullable(Type.Enum([...circuitRoles])),
})

const End = Type.Object({
  device: Ref,
  siteId: Type.String(),
  ifName: Nullable(Type.String()),
  ifAlias: Type.String(),
  says: Words,
})

export const standings = ['inside', 'recorded', 'unrecorded', 'elsewhere'] as const

const Connection = Type.Object({
  layer: Type.Enum([2, 3]),
  a: End,
  z: End,
  agreement: Type.Enum([...agreements]),
  by: Type.Array(Type.String()),
  standing: Type.Enum([...standings], {
    description:
      'inside: within one site; recorded: a circuit ends on both ports; elsewhere: a circuit that ends on one of them is recorded to end on another; unrecorded: no circuit ends on either',
  }),
  circuits: Type.Array(Ref, { description: 'Recorded circuits that end on either port' }),
})

export const TopologyQuery = Type.Object({ regionId: Type.Optional(Type.String({ maxLength: 40 })) })

export const TopologyAnswer = Type.Object({
  connections: Type.Array(Connection),
  strangers: Type.Array(
    Type.Object({
      device: Ref,
      protocol: Type.Enum(['lldp', 'cdp']),
      ifName: Text,
      sysName: Text,
      chassisId: Text,
      portId: Text,
    }),
    { description: 'Neighbours that are none of these devices' },
  ),
  devices: Type.Integer({ description: 'Whose neighbours are known' }),
  isCut: Type.Boolean({ description: 'There are more than are looked at: ask for a smaller region' }),
  newestAt: Nullable(Instant),
})
export type TopologyAnswer = Static<typeof TopologyAnswer>
export type Connection = Static<typeof Connection>
export type Standing = (typeof standings)[number]
