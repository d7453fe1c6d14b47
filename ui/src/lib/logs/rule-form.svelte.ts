import type { LogAction, LogRecord, LogRule } from '@zongheng/server/api.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import { api } from '../api/client.ts'
import { problemText } from '../components/Problem.svelte'
import { scope } from '../scope.svelte.ts'
import type { Level } from './filter.ts'

export const actions = ['raise', 'ignore', 'poll'] as const satisfies LogAction['kind'][]

const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean) // prettier-ignore

/** A rule as it is typed. */
export class RuleForm {
  name = $state('')
  regionId = $state('')
  position = $state(100)
  names = $state('')
  pattern = $state('')
  kind = $state<LogRecord['kind'] | ''>('')
  level = $state<Level | ''>('')
  action = $state<LogAction['kind']>('raise')
  severity = $state<Severity>('minor')
  ticket = $state(false)
  times = $state(1)
  withinS = $state(60)
  clearNames = $state('')
  clearAfterMin = $state(60)
  busy = $state(false)
  problem = $state<string | null>(null)
  readonly #rule: LogRule | null

  constructor(rule: LogRule | null, about: LogRecord | null) {
    this.#rule = rule
    this.regionId = rule?.region?.id ?? scope.region?.id ?? scope.root?.id ?? ''
    if (rule) this.#take(rule)
    else if (about) {
      this.name = about.name
      this.names = about.name
    }
  }

  #take({ name, position, match, action }: LogRule) {
    this.name = name
    this.position = position
    this.names = (match.names ?? []).join('\n')
    this.pattern = match.pattern ?? ''
    this.kind = match.kinds?.[0] ?? ''
    this.level = (match.severity as Level | undefined) ?? ''
    this.action = action.kind
    if (action.kind !== 'raise') return
    this.severity = action.severity
    this.ticket = action.ticket
    this.times = action.times
    this.withinS = action.withinS
    this.clearNames = (action.clear?.names ?? []).join('\n')
    this.clearAfterMin = Math.round(action.clearAfterS / 60)
  }

  /** Null when it was refused. */
  async save(): Promise<LogRule | null> {
    const { name, position } = this
    const names = linesOf(this.names)
    const match = {
      ...(names.length > 0 && { names }),
      ...(this.pattern && { pattern: this.pattern }),
      ...(this.kind && { kinds: [this.kind] }),
      ...(this.level !== '' && { severity: this.level }),
    }
    const body = { name, position, match, action: this.#action(), enabled: this.#rule?.enabled ?? true }
    this.busy = true
    this.problem = null
    try {
      if (this.#rule) return await api.patch<LogRule>(`/log-rules/${this.#rule.id}`, body)
      return await api.post<LogRule>('/log-rules', { ...body, regionId: this.regionId })
    } catch (refused) {
      this.problem = problemText(refused)
      return null
    } finally {
      this.busy = false
    }
  }

  #action(): LogAction {
    if (this.action !== 'raise') return { kind: this.action }
    const { severity, ticket, times, withinS, clearAfterMin } = this
    const names = linesOf(this.clearNames)
    const clear = names.length > 0 ? { names } : null
    return { kind: 'raise', severity, ticket, times, withinS, clear, clearAfterS: clearAfterMin * 60 }
  }
}
