import type { RouteView } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { scope } from '../scope.svelte.ts'

export const severities = ['critical', 'major', 'minor', 'warning'] as const
export const classes = ['link', 'device', 'site', 'room', 'service', 'check', 'circuit', 'interface', 'sensor', 'collector', 'region', 'server'] as const // prettier-ignore
export const hours = ['any', 'working', 'off'] as const
type Target = RouteView['steps'][number]['to'][number]

export class RouteForm {
  name = $state('')
  regionId = $state('')
  position = $state(100)
  match = $state<RouteView['match']>({ severities: [], classes: [], conditions: [], hours: 'any' })
  steps = $state<RouteView['steps']>([{ afterMinutes: 0, to: [{ kind: 'scope' }] }])
  /** Of the people and teams among the steps, by id. */
  names = $state<RouteView['names']>({})
  working = $state(false)
  problem = $state<string | null>(null)
  readonly known: RouteView | null

  constructor(known: RouteView | null) {
    this.known = known
    this.regionId = known?.region?.id ?? scope.region?.id ?? scope.roots[0]?.id ?? ''
    if (!known) return
    this.name = known.name
    this.position = known.position
    this.match = structuredClone(known.match)
    this.steps = structuredClone(known.steps)
    this.names = { ...known.names }
  }

  toggle<T extends string>(list: T[], one: T) {
    const at = list.indexOf(one)
    if (at === -1) list.push(one)
    else list.splice(at, 1)
  }

  addStep() {
    const last = this.steps.at(-1)?.afterMinutes ?? 0
    this.steps.push({ afterMinutes: last + 15, to: [{ kind: 'team', teamId: null }] })
  }

  add(step: number, target: Target, name?: string) {
    this.steps[step]!.to.push(target)
    if (name && target.kind === 'person') this.names[target.userId] = name
    if (name && target.kind === 'team' && target.teamId) this.names[target.teamId] = name
  }

  async save(): Promise<RouteView | null> {
    this.working = true
    this.problem = null
    const { name, position } = this
    const body = {
      name: name.trim(),
      position,
      match: $state.snapshot(this.match),
      steps: $state.snapshot(this.steps),
    }
    try {
      return this.known
        ? await api.patch<RouteView>(`/notify/routes/${this.known.id}`, body)
        : await api.post<RouteView>('/notify/routes', { ...body, regionId: this.regionId })
    } catch (failed) {
      this.problem = problemText(failed)
      return null
    } finally {
      this.working = false
    }
  }
}
