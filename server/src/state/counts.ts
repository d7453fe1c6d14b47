import type { EstateModel } from '../estate/model.ts'

export interface StateCount {
  regionId: string
  of: 'links' | 'devices'
  state: string
  count: number
}

/** How many links and devices of each region are in which state; a link is its lower end's. O(everything). */
export function countStates(model: EstateModel, stateOf: (id: string) => string): StateCount[] {
  const counts = new Map<string, StateCount>()
  const add = (of: StateCount['of'], id: string, regionId: string) => {
    const state = stateOf(id)
    const key = `${of} ${regionId} ${state}`
    const known = counts.get(key)
    if (known) known.count++
    else counts.set(key, { regionId, of, state, count: 1 })
  }
  for (const link of model.links.values()) add('links', link.id, link.regionId)
  for (const device of model.devices.values()) add('devices', device.id, device.regionId)
  return [...counts.values()]
}
