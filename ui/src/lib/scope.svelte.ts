import { goto } from '$app/navigation'
import { page } from '$app/state'
import type { Region } from '@zongheng/server/api.ts'
import { api } from './api/client.ts'
import { managerOf } from './region-tree.ts'
import { session } from './session.svelte.ts'

/** The region that governs counters, lists and search: `?region=` in the address, by default all one may see. */
class Scope {
  regions = $state.raw<Region[]>([])
  byId = $derived(new Map(this.regions.map((region) => [region.id, region])))
  /** Where what one may look into begins: whose manager is out of sight, widest first. */
  roots = $derived(
    this.regions
      .filter((region) => !this.byId.has(managerOf(region) ?? ''))
      .sort((a, b) => a.path.length - b.path.length || a.code.localeCompare(b.code)),
  )
  /** The one that holds all one may look into; null: there are several. */
  root = $derived(this.roots.length === 1 ? this.roots[0]! : null)
  /** Regions of one's grants of which one sees sums alone. */
  beyond = $derived((session.me?.regions ?? []).filter(({ id }) => !this.byId.has(id)))
  region = $derived(this.byId.get(page.url.searchParams.get('region') ?? '') ?? this.root)
  narrowed = $derived(this.region !== null && this.region !== this.root)
  /** For the API: nothing when the scope is all one may see. */
  query = $derived(this.narrowed ? { regionId: this.region?.id } : {})

  async load() {
    this.regions = session.can('identity.read') ? await api.all<Region>('/regions') : []
  }

  /** Whether `regionId` lies in the scope's subtree. */
  covers(regionId: string): boolean {
    if (!this.narrowed || !this.region) return true
    return this.byId.get(regionId)?.path.startsWith(this.region.path) ?? false
  }

  childrenOf(region: Region): Region[] {
    return this.regions.filter((r) => managerOf(r) === region.id)
  }

  /** From the root of one's grants down to `region`, itself included. */
  lineage(region: Region): Region[] {
    return region.path.split('/').flatMap((id) => this.byId.get(id) ?? [])
  }

  /** `path` within the same scope. */
  href(path: string, query: Record<string, string> = {}): string {
    const search = new URLSearchParams(query)
    if (this.narrowed && this.region && !search.has('region')) search.set('region', this.region.id)
    const text = search.toString()
    return path + (text ? `?${text}` : '')
  }

  /** The same page for another region; other filters stay, the place in a list does not. */
  async select(region: Region | null) {
    const url = new URL(page.url.href)
    if (region && region.id !== this.root?.id) url.searchParams.set('region', region.id)
    else url.searchParams.delete('region')
    url.searchParams.delete('cursor')
    await goto(url, { reset: false })
  }
}
export const scope = new Scope()
