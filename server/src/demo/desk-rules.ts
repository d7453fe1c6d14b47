import type { ClockService } from '../clocks/service.ts'
import type { IdentityService } from '../identity/service.ts'

type Needed = { clocks: ClockService; identity: IdentityService }

const hour = 3_600_000
const everywhere = { regionPaths: ['/'] }

/** What a province sets besides what comes with the product; answers the records. Before the first ticket of the demo. */
export async function demoDeskRules({ clocks, identity }: Needed): Promise<string[]> {
  const root = await identity.rootRegion()
  if (!root) return []
  const day: [number, number][] = [
    [8 * 60, 12 * 60],
    [14 * 60 + 30, 18 * 60],
  ]
  const calendar = await clocks.calendars.create(everywhere, {
    regionId: root.id,
    name: '省厅作息',
    week: [[], day, day, day, day, day, []],
    off: [],
    worked: ['2026-12-26'],
    statutory: true,
  })
  const target = await clocks.targets.create(everywhere, {
    regionId: root.id,
    name: '上级支持',
    kind: 'ola',
    position: 1,
    match: { kinds: ['incident', 'request'] },
    responseMs: null,
    resolutionMs: 4 * hour,
    calendarId: calendar.id,
    pauses: ['requester', 'spare'],
    enabled: true,
  })
  const [team] = await identity.teamsAt([root.id])
  const rule = await clocks.escalations.create(everywhere, {
    regionId: root.id,
    name: 'P1 超时转省级',
    position: 1,
    match: { priorities: ['P1'], clocks: ['sla'], measures: ['resolution'] },
    steps: [
      { percent: 75, tell: ['assignee', 'team'], moveTo: null },
      { percent: 100, tell: ['assignee', 'team', 'manager'], moveTo: null },
      { percent: 150, tell: ['manager'], moveTo: team?.id ?? null },
    ],
    enabled: true,
  })
  return [calendar.id, target.id, rule.id]
}
