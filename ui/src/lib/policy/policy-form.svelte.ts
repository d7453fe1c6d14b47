import type { Policy, Role } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { roles } from '#lib/roles.ts'
import { changesOf, isWithin, withValue, type PolicyField } from './fields.ts'

/** In the order of all roles, whatever order they were ticked in. */
const totpRolesOf = (policy: Policy | null): Role[] =>
  roles.filter((role) => policy?.totpRoles.includes(role))

/** The policy in force, and the one that is being written. */
export class PolicyForm {
  saved = $state.raw<Policy | null>(null)
  typed = $state.raw<Policy | null>(null)
  problem = $state.raw<unknown>(null)
  changes = $derived(this.saved && this.typed ? changesOf(this.saved, this.typed) : [])
  totpRoles = $derived({ from: totpRolesOf(this.saved), to: totpRolesOf(this.typed) })
  newRoles = $derived(String(this.totpRoles.from) !== String(this.totpRoles.to))
  count = $derived(this.changes.length + Number(this.newRoles))
  valid = $derived(this.changes.every(({ field, to }) => isWithin(field, to)))

  async load() {
    try {
      this.saved = this.typed = await api.get<Policy>('/policy')
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  /** Throws what the server refuses. */
  async save(reason: string) {
    this.saved = this.typed = await api.put<Policy>('/policy', this.typed, { reason })
  }

  type(field: PolicyField, value: number) {
    if (this.typed) this.typed = withValue(this.typed, field.path, value)
  }

  toggle(role: Role) {
    if (!this.typed) return
    const { totpRoles } = this.typed
    const next = totpRoles.includes(role) ? totpRoles.filter((one) => one !== role) : [...totpRoles, role]
    this.typed = { ...this.typed, totpRoles: next }
  }

  discard() {
    this.typed = this.saved
  }
}
