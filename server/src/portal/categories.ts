import type { Rating } from '../desk/priority.ts'
import type { TeamName } from '../identity/teams/team-names.ts'

export const reportCategories = [
  'network',
  'system',
  'computer',
  'printer',
  'phone',
  'video',
  'other',
] as const
export type ReportCategory = (typeof reportCategories)[number]

/** What a picture on the portal stands for: how the ticket is called, how much it weighs, whose it is. */
export const categories: Record<ReportCategory, { title: string; rating: Rating; team: TeamName }> = {
  network: { title: '上不了网', rating: { impact: 2, urgency: 2 }, team: '网络组' },
  system: { title: '系统打不开', rating: { impact: 2, urgency: 2 }, team: '服务台' },
  computer: { title: '电脑故障', rating: { impact: 3, urgency: 2 }, team: '服务台' },
  printer: { title: '打印机故障', rating: { impact: 3, urgency: 3 }, team: '服务台' },
  phone: { title: '电话故障', rating: { impact: 3, urgency: 2 }, team: '服务台' },
  video: { title: '视频会议故障', rating: { impact: 2, urgency: 2 }, team: '网络组' },
  other: { title: '其他问题', rating: { impact: 3, urgency: 3 }, team: '服务台' },
}

const titleAtMost = 60

/** `系统打不开：预算管理一体化`, else with the first line of what was said. */
export function titleOf(category: ReportCategory, service: string | null, text: string): string {
  const said = service ?? text.trim().split('\n', 1)[0]!.slice(0, titleAtMost)
  return said === '' ? categories[category].title : `${categories[category].title}：${said}`
}
