/** Who is on duty in the demo, and who is told when nobody answers. */
import { dateOf, dayMs } from '@zongheng/inventory/zone.ts'
import type { NewRoster, NewRoute } from '../notify/schema.ts'

export interface DemoDuty {
  roster: NewRoster
  /** `rosterId` is filled in once the roster is there. */
  route: (rosterId: string) => NewRoute
}

export function demoDuty(regionId: string, userIds: string[], nowMs: number, timeZone: string): DemoDuty {
  const from = dateOf(nowMs - 30 * dayMs, timeZone)
  return {
    roster: {
      name: '信息中心网络值班',
      regionId,
      rotation: { turn: 'daily', userIds, from, handoverMinute: 8 * 60 + 30, handoverWeekday: 1 },
    },
    route: (rosterId) => ({
      name: '重要以上：当班，15 分钟无人响应通知全组',
      regionId,
      position: 10,
      match: { severities: ['critical', 'major'], classes: [], conditions: [], hours: 'any' },
      steps: [
        { afterMinutes: 0, to: [{ kind: 'scope' }, { kind: 'duty', rosterId }] },
        { afterMinutes: 15, to: [{ kind: 'team', teamId: null }] },
      ],
    }),
  }
}
