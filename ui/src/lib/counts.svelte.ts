import type { AlarmCounts } from '@zongheng/server/api.ts'
import { api } from './api/client.ts'
import { live } from './live.svelte.ts'
import { scope } from './scope.svelte.ts'
import { session } from './session.svelte.ts'

const none: AlarmCounts = { critical: 0, major: 0, minor: 0, warning: 0, unacknowledged: 0, explained: 0 }

/** Firing root alarms of the scope by severity: the counters of the top bar. */
class Counts {
  alarms = $state.raw<AlarmCounts>(none)
  checksDown = $state(0)
  /** What waits for the viewer to approve. */
  approvals = $state(0)
  roots = $derived(this.alarms.critical + this.alarms.major + this.alarms.minor + this.alarms.warning)

  /** Loads and follows; call the returned function to stop. What is pushed counts all one may see, a part is asked for. */
  follow(): () => void {
    const query = scope.query
    const whole = !scope.narrowed
    const stopApprovals = this.#followApprovals()
    if (!session.can('alarms.read')) return stopApprovals
    const load = async () => {
      // Rights may have gone a moment ago; whoever follows them has yet to be told.
      if (session.can('alarms.read')) this.alarms = await api.get<AlarmCounts>('/alarms/counts', query)
    }
    const loadChecks = async () => {
      if (!session.can('checks.read')) return
      this.checksDown = (await api.get<Record<string, number>>('/checks/counts', query)).down ?? 0
    }
    void load()
    void loadChecks()
    const stops = [
      stopApprovals,
      live.on('check', () => void loadChecks()),
      live.on('reconnected', () => void loadChecks()),
      live.on('alarmCounts', (counts) => (whole ? (this.alarms = counts) : void load())),
      live.on('reconnected', () => void load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Asks again after a decision, and once a minute: approvals are asked of people who may see no ticket. */
  async askApprovals() {
    this.approvals = (await api.get<{ waiting: number }>('/approvals/count')).waiting
  }
  #followApprovals(): () => void {
    const ask = () => void this.askApprovals().catch(() => undefined) // a number that is not known is not shown anew
    ask()
    const timer = setInterval(ask, 60_000)
    const stop = live.on('reconnected', ask)
    return () => {
      clearInterval(timer)
      stop()
    }
  }
}
export const counts = new Counts()
