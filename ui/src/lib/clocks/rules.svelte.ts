import type {
  BusinessService,
  EscalationRule,
  ServiceCalendar,
  ServiceTarget,
  Team,
} from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'

/** What the desk runs by, as the three tabs show it. */
export class DeskRules {
  targets = $state.raw<ServiceTarget[]>([])
  calendars = $state.raw<ServiceCalendar[]>([])
  escalations = $state.raw<EscalationRule[]>([])
  teams = $state.raw<Team[]>([])
  services = $state.raw<BusinessService[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)

  async load(): Promise<void> {
    try {
      const [targets, calendars, escalations] = await Promise.all([
        api.all<ServiceTarget>('/desk-rules/targets', {}),
        api.all<ServiceCalendar>('/desk-rules/calendars', {}),
        api.all<EscalationRule>('/desk-rules/escalations', {}),
      ])
      Object.assign(this, { targets, calendars, escalations, problem: null })
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  /** To choose from in a form. */
  async loadTeams(): Promise<void> {
    if (this.teams.length === 0) this.teams = await api.all<Team>('/teams', {})
  }
  async loadServices(): Promise<void> {
    if (this.services.length === 0) this.services = await api.all<BusinessService>('/services', {})
  }
}
