import type { ApprovalPlan, Team, User } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { t } from '../i18n/index.svelte.ts'

export type Approver = ApprovalPlan['by'][number]

/** How approvers are called who are kept by their ids: teams, and people as they are met. */
export class ApproverNames {
  teams = $state.raw<Team[]>([])
  problem = $state.raw<unknown>(null)
  #people = $state.raw(new Map<string, string>())

  async load(plans: readonly ApprovalPlan[]): Promise<void> {
    const people = plans.flatMap(({ by }) => by.flatMap((one) => (one.kind === 'person' ? one.id : [])))
    try {
      const [teams, found] = await Promise.all([
        api.all<Team>('/teams'),
        Promise.allSettled([...new Set(people)].map((id) => api.get<User>(`/users/${id}`))),
      ])
      this.teams = teams
      // Who cannot be looked at from here is kept all the same, without a name.
      for (const one of found) if (one.status === 'fulfilled') this.know(one.value)
      this.problem = null
    } catch (failure) {
      this.problem = failure
    }
  }

  know({ id, displayName }: Pick<User, 'id' | 'displayName'>): void {
    this.#people = new Map(this.#people).set(id, displayName)
  }

  of(one: Approver): string {
    if (one.kind === 'manager') return t(`catalogue.edit.${one.tier}`)
    if (one.kind === 'person') return this.#people.get(one.id) ?? t('catalogue.edit.somebody')
    const team = this.teams.find(({ id }) => id === one.id)
    return team ? titleOf(team) : t('catalogue.edit.someTeam')
  }
}

export const titleOf = ({ name, region }: Team) => `${region.name} · ${name}`
