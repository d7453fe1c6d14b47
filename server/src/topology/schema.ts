import { agreements } from '@zongheng/inventory/surroundings.ts'
import { accesses } from '@zongheng/inventory/access.ts'
import { deviceRoles, deviceStates } from '@zongheng/inventory/device.ts'
import { tiers } from '@zongheng/inventory/region.ts'
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
  vlans: Type.Optional(Type.Array(Type.Object({ id: Type.Integer(), name: Text }), { maxItems: 4094 })),
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
  deviceId: Type.String(),
  interfaceId: Nullable(Type.String({ description: 'null: the device is known and its port is not' })),
  ifName: Nullable(Type.String()),
  ifAlias: Type.String(),
  says: Words,
})

export const standings = ['inside', 'recorded', 'unrecorded', 'elsewhere'] as const

const Connection = Type.Object({
  key: Type.String({ description: 'The same as long as the same ports stand opposite one another' }),
  layers: Type.Array(Type.Enum([2, 3]), {
    description: 'On which it is seen; none: by what is written on both ports alone',
  }),
  a: End,
  z: End,
  agreement: Type.Enum([...agreements]),
  by: Type.Array(Type.String()),
  standing: Type.Enum([...standings], {
    description:
      'inside: within one site; recorded: a circuit ends on both ports; elsewhere: a circuit that ends on one of them, or bears its number, is recorded to end on another; unrecorded: no circuit knows of it',
  }),
  linkId: Nullable(Type.String({ description: 'Of the circuits, or between the two sites' })),
  circuits: Type.Array(Ref, { description: 'Recorded circuits that end on either port, or bear its number' }),
})

const Dismissal = Type.Object({ id: Type.String(), by: Ref, at: Instant, reason: Type.String() })

/** What a recorded circuit is told to be by one of its ports. */
export const wordFields = ['number', 'carrier', 'access', 'bandwidthBps', 'role'] as const
const Said = Type.Union([Type.String(), Type.Number()])

const told = { key: Type.String(), dismissal: Nullable(Dismissal) }

const Difference = Type.Union([
  Type.Object({
    ...told,
    kind: Type.Literal('other-end', { description: 'A circuit ends on another port than is recorded' }),
    circuit: Ref,
    linkId: Type.String(),
    end: Type.Enum(['a', 'z']),
    recorded: End,
    found: End,
    isMovable: Type.Boolean({ description: 'The port that was found is at the site that is recorded' }),
  }),
  Type.Object({
    ...told,
    kind: Type.Literal('words', {
      description: 'The description of a port says something else than is recorded',
    }),
    circuit: Ref,
    linkId: Type.String(),
    end: End,
    field: Type.Enum([...wordFields]),
    recorded: Said,
    said: Said,
  }),
  Type.Object({
    ...told,
    kind: Type.Literal('conflicting', { description: 'The other end names somebody else on that port' }),
    connection: Type.String(),
  }),
])

/** As `POST /links` takes it; null: nobody says. */
const ProposedCircuit = Type.Object({
  connection: Type.String(),
  role: Type.Enum([...circuitRoles]),
  number: Nullable(Type.String()),
  carrier: Nullable(Type.String({ description: 'As circuits of that carrier are recorded with' })),
  access: Nullable(Type.Enum([...accesses])),
  bandwidthBps: Nullable(Type.Number({ description: 'bit/s' })),
  aInterfaceId: Type.String(),
  zInterfaceId: Type.String(),
  legAddress: Nullable(Type.String({ description: 'The lower port’s own address' })),
})

const Proposal = Type.Object({
  ...told,
  upper: Ref,
  lower: Ref,
  linkId: Nullable(Type.String({ description: 'null: no link joins the two sites' })),
  circuits: Type.Array(ProposedCircuit, { description: 'The first of a new link is its primary' }),
})

const Unconfirmed = Type.Object({
  circuit: Ref,
  linkId: Type.String(),
  a: Type.String({ description: 'A device' }),
  z: Type.String({ description: 'A device' }),
})

export const TopologyQuery = Type.Object({ regionId: Type.Optional(Type.String({ maxLength: 40 })) })

export const TopologyAnswer = Type.Object({
  sites: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), region: Ref, tier: Type.Enum([...tiers]) }),
  ),
  devices: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      role: Type.Enum([...deviceRoles]),
      siteId: Type.String(),
      state: Type.Enum([...deviceStates]),
      isTold: Type.Boolean({ description: 'Its neighbours were asked for' }),
    }),
  ),
  connections: Type.Array(Connection),
  proposals: Type.Array(Proposal),
  differences: Type.Array(Difference),
  unconfirmed: Type.Array(Unconfirmed, {
    description: 'Circuits between devices that tell their neighbours, and not one another',
  }),
  strangers: Type.Array(
    Type.Object({
      deviceId: Type.String(),
      protocol: Type.Enum(['lldp', 'cdp']),
      ifName: Text,
      sysName: Text,
      chassisId: Text,
      portId: Text,
    }),
    { description: 'Neighbours that are none of these devices' },
  ),
  isCut: Type.Boolean({ description: 'There are more than are looked at: ask for a smaller region' }),
  newestAt: Nullable(Instant),
})
export type TopologyAnswer = Static<typeof TopologyAnswer>
export type Connection = Static<typeof Connection>
export type ConnectionEnd = Static<typeof End>
export type Difference = Static<typeof Difference>
export type LinkProposal = Static<typeof Proposal>
export type ProposedCircuit = Static<typeof ProposedCircuit>
export type Standing = (typeof standings)[number]

export const NewDismissal = Type.Object({
  regionId: Type.Optional(Type.String({ maxLength: 40 })),
  key: Type.String({ minLength: 1, maxLength: 200 }),
  reason: Type.String({ minLength: 1, maxLength: 500 }),
})
export type NewDismissal = Static<typeof NewDismissal>

const Known = Nullable(Ref)

/** What a device last said of what stands around it. A neighbour is one of our devices where it is known as one, and may be seen. */
export const DeviceSurroundings = Type.Object({
  at: Nullable(Instant),
  cables: Type.Array(
    Type.Object({
      protocol: Type.Enum(['lldp', 'cdp']),
      ifName: Type.String(),
      sysName: Type.String(),
      chassisId: Type.String(),
      portId: Type.String(),
      portDescr: Type.String(),
      device: Known,
    }),
  ),
  addresses: Type.Array(
    Type.Object({
      address: Type.String(),
      prefixLength: Nullable(Type.Integer()),
      ifName: Nullable(Type.String()),
    }),
  ),
  peers: Type.Array(
    Type.Object({ protocol: Type.Enum(['bgp', 'ospf']), address: Type.String(), device: Known }),
  ),
  vlans: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
})
export type DeviceSurroundings = Static<typeof DeviceSurroundings>
