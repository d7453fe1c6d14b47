import type {
  BusinessService,
  ServicesHit,
  ServiceTree,
  ServiceTreeNode,
  StateSpan,
} from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { oncePerFrame } from '../frame.ts'
import { live } from '../live.svelte.ts'

export const dayMs = 24 * 3_600_000

/** One service: what it needs with live states, its last day, and what the failure of a chosen part would reach. */
export class ServicePage {
  readonly id: string
  service = $state.raw<BusinessService | null>(null)
  tree = $state.raw<ServiceTree>({ nodes: [], edges: [], isCut: false })
  spans = $state.raw<StateSpan[]>([])
  chosen = $state.raw<ServiceTreeNode | null>(null)
  hit = $state.raw<ServicesHit | null>(null)
  problem = $state.raw<unknown>(null)
  until = $state(Date.now())
  evidence = $derived(this.spans.at(-1)?.evidence ?? [])
  /** What it needs itself. */
  needs = $derived.by(() => {
    const nodes = new Map(this.tree.nodes.map((node) => [node.key, node]))
    const own = this.tree.edges.filter(({ from }) => from === this.id)
    return own.flatMap(({ to, relation }) => {
      const node = nodes.get(to)
      return node && relation ? [{ node, relation }] : []
    })
  })
  #again = oncePerFrame(() => void this.load())

  constructor(id: string) {
    this.id = id
  }

  /** Loads and follows; call the returned function to stop. */
  follow(): () => void {
    const touch = ({ id }: { id: string }) => this.tree.nodes.some((node) => node.id === id) && this.#again()
    const stops = [
      live.on('service', touch),
      live.on('device', touch),
      live.on('link', touch),
      live.on('check', touch),
      live.on('site', touch),
      live.on('room', touch),
      live.on('reconnected', () => void this.load()),
    ]
    void this.load()
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      const until = Date.now()
      const day = { from: until - dayMs, until }
      const [service, tree, history] = await Promise.all([
        api.get<BusinessService>(`/services/${this.id}`),
        api.get<ServiceTree>(`/services/${this.id}/tree`),
        api.get<{ items: StateSpan[] }>(`/services/${this.id}/history`, day),
      ])
      this.service = service
      this.tree = tree
      this.spans = history.items
      this.until = until
      await this.choose(this.chosen ?? tree.nodes[0] ?? null)
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  async choose(node: ServiceTreeNode | null) {
    this.chosen = node
    const hit = node?.id ? await api.get<ServicesHit>('/services/hit', { entityId: node.id }) : null
    if (this.chosen === node) this.hit = hit
  }

  async drop(relationId: string) {
    await api.del(`/relations/${relationId}`)
    await this.load()
  }

  archive = () => api.del(`/services/${this.id}`)
}
