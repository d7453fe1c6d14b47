import type { Device, Fault, Link, Site } from '@zongheng/server/api.ts'
import { faultTargets } from '@zongheng/inventory/demo/faults.ts'
import { api } from '../api/client.ts'
import { t } from '../i18n/index.svelte.ts'

export interface Target {
  id: string
  name: string
  aside: string
  state: string
}

interface Page<T> {
  items: T[]
}

const most = 8

/** What a fault of this kind can strike, by name, number or address. */
export async function findTargets(kind: Fault['kind'], q: string, links: readonly Link[]): Promise<Target[]> {
  if (faultTargets[kind] === 'circuit') return circuitsNamed(q, links)
  if (faultTargets[kind] === 'device') {
    const page = await api.get<Page<Device>>('/devices', { q, limit: most })
    return page.items.map(({ id, name, address, state }) => ({ id, name, aside: address, state }))
  }
  const page = await api.get<Page<Site>>('/sites', { q, limit: most })
  return page.items.map(({ id, name, region, state }) => ({ id, name, aside: region.name, state }))
}

function circuitsNamed(q: string, links: readonly Link[]): Target[] {
  const needle = q.trim().toLowerCase()
  const has = (text: string) => text.toLowerCase().includes(needle)
  return links
    .flatMap((link) => link.circuits.map((circuit) => ({ link, circuit })))
    .filter(({ link, circuit }) => has(link.name) || has(circuit.number) || has(circuit.carrier))
    .slice(0, most)
    .map(({ link, circuit }) => ({
      id: circuit.id,
      name: `${link.name} ${t(`role.${circuit.role}`)}`,
      aside: `${circuit.carrier} ${circuit.number}`,
      state: circuit.state,
    }))
}
