import { shortName } from '@zongheng/inventory/short-name.ts'
import type { EstateModel } from '../estate/model.ts'

const known = new WeakMap<EstateModel, ReadonlySet<string>>()

/** Of regions and sites, as people say them: made once for each estate. */
export function placeNamesOf(model: EstateModel): ReadonlySet<string> {
  let names = known.get(model)
  if (!names) {
    const regions = [...model.regions.values()].flatMap(({ name }) => [name, shortName(name)])
    known.set(model, (names = new Set([...regions, ...Array.from(model.sites.values(), ({ name }) => name)])))
  }
  return names
}
