import { dateOf, dayMs, minuteOfDate } from '@zongheng/inventory/zone.ts'
import type { EstateModel } from '../estate/model.ts'
import type { OpenWindow } from '../windows/service.ts'

const hourMs = 3_600_000

/** What a province has announced in an ordinary month: its own work, and what carriers give notice of. */
export function demoWindows(model: EstateModel, nowMs: number, timeZone: string): OpenWindow[] {
  const at = (inDays: number, hour: number) =>
    minuteOfDate(dateOf(nowMs + inDays * dayMs, timeZone), hour * 60, timeZone)
  const circuits = [...model.circuits.values()]
  const [first] = circuits
  const cities = [...model.regions.values()].filter(({ tier }) => tier === 'city')
  const hall = [...model.collectors.values()].find(({ isLocal }) => isLocal)?.siteId
  if (!first || !cities[1] || !hall) return []
  const carriers = circuits.filter(({ carrier }) => carrier === first.carrier).slice(0, 4)
  const own = { source: 'manual', createdBy: null } as const
  const notice = { source: 'carrier', createdBy: null } as const
  return [
    {
      ...notice,
      title: `${first.carrier}传输割接`,
      reference: `GJ-${dateOf(nowMs, timeZone).slice(0, 7)}-0118`,
      note: '主备倒换两次，每次中断不超过 5 分钟',
      startsAtMs: at(2, 0),
      endsAtMs: at(2, 0) + 6 * hourMs,
      scopes: carriers.map(({ id }) => ({ type: 'circuit', id })),
    },
    {
      ...notice,
      title: `${first.carrier}光缆迁改`,
      reference: `GJ-${dateOf(nowMs, timeZone).slice(0, 7)}-0093`,
      startsAtMs: at(-6, 23),
      endsAtMs: at(-6, 23) + 4 * hourMs,
      scopes: [{ type: 'circuit', id: carriers.at(-1)!.id }],
    },
    {
      ...own,
      title: `${cities[1].name}网络例行维护`,
      note: '每周日凌晨，县级接入设备轮流升级',
      startsAtMs: at(-14 - weekdayOf(nowMs, timeZone), 2),
      endsAtMs: at(-14 - weekdayOf(nowMs, timeZone), 2) + 2 * hourMs,
      recurrence: { every: 'week', weekdays: [0] },
      scopes: [{ type: 'region', id: cities[1].id }],
    },
    {
      ...own,
      title: '省中心机房配电检修',
      note: 'UPS 放电测试，双路市电轮流停',
      startsAtMs: at(-30, 21),
      endsAtMs: at(-30, 21) + 3 * hourMs,
      recurrence: { every: 'month', weekday: 6, nth: -1 },
      scopes: [{ type: 'site', id: hall }],
    },
  ]
}

const weekdayOf = (ms: number, timeZone: string) => new Date(`${dateOf(ms, timeZone)}T00:00:00Z`).getUTCDay()
