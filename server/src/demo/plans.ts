import { dateOf, dayMs, minuteOfDate } from '@zongheng/inventory/zone.ts'
import type { NewBooking } from '../bookings/schema.ts'
import type { NewFreeze, NewModel } from '../changes/schema.ts'
import type { EstateModel } from '../estate/model.ts'

const hourMs = 3_600_000

export interface DemoPlans {
  bookings: NewBooking[]
  freezes: NewFreeze[]
  models: NewModel[]
}

/** What a province holds and forbids in an ordinary month, and what it changes without being asked. */
export function demoPlans(model: EstateModel, nowMs: number, timeZone: string): DemoPlans {
  const at = (inDays: number, hour: number) =>
    minuteOfDate(dateOf(nowMs + inDays * dayMs, timeZone), hour * 60, timeZone)
  const root = [...model.regions.values()].find(({ tier }) => tier === 'province')
  const links = [...model.links.values()]
  const [first] = links
  if (!root || !first) return { bookings: [], freezes: [], models: [] }
  const below = links.filter(({ upperSiteId }) => upperSiteId === first.upperSiteId)
  const cities = below.map(({ lowerSiteId }) => lowerSiteId)
  const counties = links.filter(({ upperSiteId }) => upperSiteId === cities[0]).map((link) => link.lowerSiteId) // prettier-ignore
  const bookingOf = (title: string, inDays: number, hour: number, hours: number, siteIds: string[]) => ({
    title,
    kind: 'video' as const,
    startsAt: at(inDays, hour),
    endsAt: at(inDays, hour) + hours * hourMs,
    siteIds: [...new Set([first.upperSiteId, ...siteIds])],
    bandwidthBps: 4_000_000,
    organiser: '办公室',
    phone: '0311-86680000',
  })
  const modelOf = (name: string, durationMinutes: number, plan: string, tasks: string[]) => ({
    regionId: root.id,
    name,
    template: {
      title: name,
      reason: '例行维护',
      plan,
      testPlan: '实施后检查端口、路由和业务访问',
      backout: '恢复原配置或换回原件',
      durationMinutes,
      tasks,
    },
  })
  return {
    bookings: [
      bookingOf('全省预算执行视频调度会', 1, 15, 2, cities),
      bookingOf('市县国库集中支付培训', 3, 9, 3, counties),
      bookingOf('月度例会', 8, 10, 1, cities),
    ],
    freezes: [
      {
        regionId: root.id,
        name: '年终结算封网',
        startsAt: at(10, 0),
        endsAt: at(14, 0),
        note: '支付系统年终结算，除紧急变更外不动网络',
      },
    ],
    models: [
      modelOf('更换光模块', 30, '备线承载后更换，核对收发光功率', ['确认备线承载', '更换', '核对光功率']),
      modelOf('接入设备软件升级', 60, '先备份配置，再升级并重启', ['备份配置', '升级', '核对版本']),
    ],
  }
}
