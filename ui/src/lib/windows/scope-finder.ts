import type { BusinessService, Device, NewWindow, Site } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { links } from '../links.svelte.ts'
import { scope } from '../scope.svelte.ts'
import { session } from '../session.svelte.ts'

export interface Chosen {
  type: NewWindow['scopes'][number]['type']
  id: string
  name: string
}

/** Of each kind. */
const shown = 6

/** What is called like this: regions, sites, devices, links and their circuits, business services. */
export async function scopesNamed(q: string): Promise<Chosen[]> {
  const query = { q, limit: shown }
  const [sites, devices, services] = await Promise.all([
    api.get<{ items: Site[] }>('/sites', query),
    api.get<{ items: Device[] }>('/devices', query),
    session.can('relations.read') ? api.get<{ items: BusinessService[] }>('/services', query) : { items: [] },
  ])
  const regions = scope.regions.filter(({ name }) => name.includes(q)).slice(0, shown)
  const named = [...links.byId.values()].filter(({ name, circuits }) => name.includes(q) || circuits.some(({ number }) => number.includes(q))) // prettier-ignore
  return [
    ...regions.map(({ id, name }) => ({ type: 'region' as const, id, name })),
    ...sites.items.map(({ id, name }) => ({ type: 'site' as const, id, name })),
    ...named.slice(0, shown).flatMap(({ id, name, circuits }) => [
      { type: 'link' as const, id, name },
      ...circuits.map((circuit) => ({ type: 'circuit' as const, id: circuit.id, name: `${name} ${circuit.carrier} ${circuit.number}` })), // prettier-ignore
    ]),
    ...services.items.map(({ id, name }) => ({ type: 'service' as const, id, name })),
    ...devices.items.map(({ id, name }) => ({ type: 'device' as const, id, name })),
  ]
}
