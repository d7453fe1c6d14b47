/** An alarm in the words of a message: why, what is cut off, what to do next, whom to call. */
import type { CircuitState } from '@zongheng/inventory/circuit.ts'
import type { Condition } from '@zongheng/inventory/condition.ts'
import { alarmForDesk } from '../alarms/dossier.ts'
import type { OpenAlarm } from '../alarms/book.ts'
import type { LinkModel } from '../estate/model.ts'
import type { StateService } from '../state/service.ts'
import type { CarrierLine, NotifyMessage } from './message.ts'

/** All but what the moment of telling adds. */
export type Described = Omit<NotifyMessage, 'event' | 'untilMs' | 'ticket'> & {
  /** A link concerns both its ends. */
  regionPaths: string[]
  /** Of the region whose team works on it. */
  teamPath: string
  entityType: string
  condition: Condition
  regionId: string
}

const circuitWords: Record<CircuitState, string> = {
  up: '正常',
  degraded: '劣化',
  down: '中断',
  unknown: '状态未知',
}

export function describe(alarm: OpenAlarm, state: StateService): Described {
  const { finding } = alarm
  const desk = alarmForDesk(alarm, state)
  const { regions } = state.model
  const link = finding.condition === 'link-state' ? state.model.links.get(finding.entityId) : undefined
  const carriers = link ? carrierLines(link, state) : []
  const linkState = link ? (state.stateOf(link.id)?.state ?? 'unknown') : null
  const isCut = linkState === null || linkState === 'down'
  return {
    severity: finding.severity,
    title: desk.title,
    region: regions.get(finding.regionId)?.name ?? '',
    sinceMs: alarm.startedMs,
    cause: link ? linkCause(carriers) : (causes[finding.condition] ?? ''),
    cutOff: isCut ? { count: desk.affected.length, names: desk.affected.map(({ name }) => name) } : nothing,
    nextStep: link
      ? linkStep(linkState!, carriers)
      : (steps[finding.condition] ?? '查看告警证据，确认现场情况'),
    carriers,
    alarmId: alarm.id,
    regionPaths: [finding.regionId, desk.teamRegionId].flatMap((id) => regions.get(id)?.path ?? []),
    teamPath: regions.get(desk.teamRegionId)?.path ?? '',
    entityType: finding.entityType,
    condition: finding.condition,
    regionId: finding.regionId,
  }
}

const nothing = { count: 0, names: [] }

/** Those that fail stand first: they are whom to call about. */
function carrierLines(link: LinkModel, state: StateService): CarrierLine[] {
  const lines = link.circuits.map(({ id, role, carrier, hotline, number }) => ({
    role: role === 'primary' ? '主用' : '备用',
    carrier,
    hotline,
    number,
    state: circuitWords[(state.stateOf(id)?.state ?? 'unknown') as CircuitState],
  }))
  return lines.sort((a, b) => Number(a.state === circuitWords.up) - Number(b.state === circuitWords.up))
}

const failing = (carriers: CarrierLine[]) => carriers.filter(({ state }) => state !== circuitWords.up)

function linkCause(carriers: CarrierLine[]): string {
  const bad = failing(carriers)
  if (bad.length === 0) return '各条线路都正常，链路状态待确认'
  const told = bad.map(({ role, carrier, state }) => `${role}线路（${carrier}）${state}`).join('，')
  return bad.length < carriers.length ? `${told}，其余线路正常` : told
}

function linkStep(linkState: string, carriers: CarrierLine[]): string {
  const [first] = failing(carriers)
  if (!first) return '查看链路证据，确认是否误报'
  const call = `致电${first.carrier}${first.hotline ? ` ${first.hotline}` : ''}报障，线路编号 ${first.number}`
  return linkState === 'down' ? `先确认下级站点是否停电，再${call}` : call
}

const causes: Partial<Record<Condition, string>> = {
  'device-down': '设备不应答，所在站点的其他设备正常',
  'site-silent': '站点的设备和线路同时没有应答，多为停电或全部线路中断',
  'mains-lost': 'UPS 报告市电中断，由电池供电',
  'sensor-limit': '测得的数值超过限值',
  'sensor-state': '设备自报状态异常',
  'cpu-high': '处理器长时间繁忙',
  'memory-high': '内存接近用尽',
  'collector-away': '采集器没有消息，它负责的范围状态未知',
  'check-failed': '像用户一样访问该业务没有成功',
  'check-limit': '业务能访问，但指标超过限值',
  'townships-offline': '同一区域较多乡镇同时离线，多为上联或运营商侧故障',
}

const steps: Partial<Record<Condition, string>> = {
  'device-down': '联系站点值班人员检查设备供电和指示灯',
  'site-silent': '致电站点联系人确认是否停电；有电则向运营商报障',
  'mains-lost': '致电站点确认市电，按剩余时间安排发电或关机',
  'sensor-limit': '检查机房空调、通风和传感器',
  'sensor-state': '查看设备面板，必要时更换部件',
  'cpu-high': '登录设备查看占用最高的进程和流量',
  'memory-high': '登录设备查看内存占用，安排重启或升级',
  'collector-away': '检查采集器主机和它到服务器的网络',
  'check-failed': '检查该业务的服务器、域名和证书',
  'check-limit': '检查该业务的服务器负载和线路',
  'townships-offline': '向运营商报障，说明离线乡镇的范围',
}
