import { kindOfId } from '@zongheng/inventory/id.ts'
import type { EstateModel } from '../estate/model.ts'
import { notFound } from '../http/problem.ts'
import type { Places } from './places.ts'
import type { ImpactAnswer } from './schema.ts'

type Failing = ImpactAnswer['failing'][number] & { parts: string[] }

/** What is to fail, and the sites, devices and circuits that this means. What the viewer may not see does not exist. */
export function failingOf(ids: readonly string[], model: EstateModel, places: Places): Failing[] {
  return [...new Set(ids)].map((id) => {
    const found = find(id, model, places)
    if (!found) throw notFound(kindOfId(id) ?? 'entity')
    return found
  })
}

function find(id: string, model: EstateModel, places: Places): Failing | null {
  const { sites, devices, links, circuits } = model
  const [site, device, link, circuit] = [sites.get(id), devices.get(id), links.get(id), circuits.get(id)]
  if (site && places.seesSite(id)) return { type: 'site', id, name: site.name, parts: [id] }
  if (device && places.seesDevice(id)) return { type: 'device', id, name: device.name, parts: [id] }
  if (link && places.seesLink(link))
    return { type: 'link', id, name: link.name, parts: link.circuits.map((one) => one.id) }
  if (circuit && places.seesCircuit(id)) return { type: 'circuit', id, name: circuit.number, parts: [id] }
  if (!places.seesCarrier(id)) return null
  const rented = [...circuits.values()].filter(({ carrierId }) => carrierId === id)
  return { type: 'carrier', id, name: rented[0]!.carrier, parts: rented.map((one) => one.id) }
}
