import { Type, type Static } from 'typebox'
import { Instant, Nullable, Ref } from '../http/schema.ts'

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
})
export type DeviceSurroundings = Static<typeof DeviceSurroundings>
