import type { Target } from '@zongheng/collector/contract.ts'
import type { EstateModel } from '../estate/model.ts'
import { routerOf } from './belongs.ts'

/** By device. */
export type Neighbours = Map<string, NonNullable<Target['neighbours']>>

/** A point-to-point line's network: /30, or /31 [RFC 3021]. */
const linePrefix = 30

/**
 * The address across each circuit, for the device that is asked. From the upper end that is the leg's own; from the lower end it
 * is known to be of the same small network, unless other legs are too.
 */
export function neighboursOf(model: EstateModel): Neighbours {
  const neighbours: Neighbours = new Map()
  const inNetwork = Map.groupBy(model.circuits.values(), ({ leg }) => networkOf(leg?.address ?? ''))
  for (const circuit of model.circuits.values()) {
    const router = routerOf(circuit, model)
    if (!router || !circuit.leg) continue
    const { address } = circuit.leg
    const isUpper = router.id === circuit.a.deviceId
    const isAlone = inNetwork.get(networkOf(address))?.length === 1
    if (!isUpper && !isAlone) continue
    const one = { circuitId: circuit.id, address, prefix: isUpper ? 32 : linePrefix }
    neighbours.set(router.id, [...(neighbours.get(router.id) ?? []), one])
  }
  return neighbours
}

function networkOf(address: string): string {
  const [last = '', ...front] = address.split('.').toReversed()
  return `${front.toReversed().join('.')}.${Number(last) >> (32 - linePrefix)}`
}
