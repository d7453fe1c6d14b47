/** What an incident says of itself: composed from facts, in Chinese, for whoever picks up the telephone. */
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitRole, CircuitState } from '@zongheng/inventory/circuit.ts'
import { isBuiltIn, type BuiltInCondition, type Condition } from '@zongheng/inventory/condition.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import { boundOf, kindWord, reasonOf } from './check-text.ts'
import { sensorSays } from './sensor-words.ts'

export interface CircuitFacts {
  role: CircuitRole
  number: string
  carrier: string
  hotline: string | null
  access: Access
  bandwidthBps: number
  state: CircuitState
  /** `设备 接口` at each end. */
  a: string
  z: string
}

/** What hangs below and is cut off, or would be. */
export interface AffectedFacts {
  sites: string[]
  devices: number
}

export interface LinkIncidentFacts {
  kind: 'link'
  /** `石家庄市–正定县` */
  name: string
  state: LinkState
  upperSite: string
  lowerSite: string
  sinceMs: number
  /** In carrying order. */
  circuits: CircuitFacts[]
  affected: AffectedFacts
}

export interface DeviceIncidentFacts {
  kind: 'device'
  condition: Condition
  /** Of the device, or of the sensor or interface on it. */
  name: string
  model: string
  address: string
  site: string
  sinceMs: number
  values: Record<string, string | number | null>
  /** Links that ended here. */
  links: string[]
  affected: AffectedFacts
}

export interface SiteIncidentFacts {
  kind: 'site'
  condition: Condition
  name: string
  address: string | null
  contact: string | null
  contactPhone: string | null
  sinceMs: number
  values: Record<string, string | number | null>
  affected: AffectedFacts
}

export interface CheckIncidentFacts {
  kind: 'check'
  condition: Condition
  name: string
  /** The device or site it is about; blank when it is about neither. */
  about: string
  sinceMs: number
  values: Record<string, string | number | null>
}

export type IncidentFacts = LinkIncidentFacts | DeviceIncidentFacts | SiteIncidentFacts | CheckIncidentFacts

export interface IncidentText {
  title: string
  description: string
}

export function incidentText(facts: IncidentFacts, timezone = 'Asia/Shanghai'): IncidentText {
  const { title, lines } = composers[facts.kind](facts as never)
  const since = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: timezone,
  })
  return { title, description: [`发生时间：${since.format(facts.sinceMs)}`, ...lines].join('\n') }
}

interface Composed {
  title: string
  lines: string[]
}

const composers = { link: ofLink, device: ofDevice, site: ofSite, check: ofCheck }

// ---- links ------------------------------------------------------------------------------------

const linkTitles: Record<LinkState, string> = {
  down: '链路中断',
  'on-backup': '备用线路运行',
  degraded: '主用线路劣化',
  unprotected: '失去备份',
  unknown: '链路状态未知',
  normal: '链路恢复正常',
}
const circuitStates: Record<CircuitState, string> = {
  up: '正常',
  degraded: '劣化',
  down: '中断',
  unknown: '状态未知',
}
const accesses: Record<Access, string> = {
  sdh: 'SDH',
  mstp: 'MSTP',
  fibre: '光纤',
  'mpls-vpn': 'MPLS VPN',
  'ipsec-vpn': 'IPsec VPN',
  'adsl-vpn': 'ADSL VPN',
  pon: 'PON',
  '4g': '4G',
  '5g': '5G',
}

function ofLink(facts: LinkIncidentFacts): Composed {
  const primaryIsDown = facts.circuits[0]?.state === 'down'
  const what =
    facts.state === 'on-backup' && primaryIsDown ? '主用线路中断，备用运行' : linkTitles[facts.state]
  return {
    title: `${facts.name} ${what}`,
    lines: [
      `两端站点：${facts.upperSite} — ${facts.lowerSite}`,
      '线路：',
      ...facts.circuits.map((circuit, i) => describeCircuit(circuit, facts.circuits.slice(0, i))),
      ...describeAffected(facts.state === 'down' ? '受影响' : '依赖此链路', facts.affected),
    ],
  }
}

function describeCircuit(circuit: CircuitFacts, before: CircuitFacts[]): string {
  const backups = before.filter((other) => other.role === 'backup').length
  const role = circuit.role === 'primary' ? '主用' : backups > 0 ? `备用${backups + 1}` : '备用'
  const hotline = circuit.hotline === null ? '' : ` 报障 ${circuit.hotline}`
  return (
    `- ${role} ${circuit.carrier} ${accesses[circuit.access]} ${bandwidth(circuit.bandwidthBps)}` +
    ` 线路编号 ${circuit.number}${hotline}，${circuitStates[circuit.state]}\n  ${circuit.a} — ${circuit.z}`
  )
}

function bandwidth(bps: number): string {
  const [value, unit] = bps >= 1e9 ? [bps / 1e9, 'Gbit/s'] : [bps / 1e6, 'Mbit/s']
  return `${Number(value.toFixed(2))} ${unit}`
}

/** By class, where there is a better word. */
const beyond: Record<string, string> = { storage: '，磁盘将满', supply: '，耗材不足' }

// ---- devices, sensors, sites -----------------------------------------------------------------------

type Values = Record<string, string | number | null>

const conditionTitles: Record<BuiltInCondition, (values: Values) => string> = {
  'link-state': () => '链路异常',
  'link-asymmetric': ({ in: inward, out }) => `链路来回不同路：去走 ${out ?? ''}，回走 ${inward ?? ''}`,
  'backup-unused': ({ days }) => (days == null ? '备用线路从未承载' : `备用线路 ${days} 天没有承载`),
  'device-down': () => '设备停机',
  'device-unreachable': () => '设备不可达',
  'site-silent': () => '整站失联',
  'alarm-storm': ({ count }) => (count == null ? '告警风暴' : `告警风暴，短时间内 ${count} 条新告警`),
  'mains-lost': (values) => `市电中断，UPS 供电${minutesLeft(values)}`,
  'sensor-limit': (values) => `${measured(values)}${beyond[`${values.class}`] ?? '超限'}`,
  'sensor-state': (values) =>
    typeof values.text === 'string' ? `状态异常：${sensorSays(values.text)}` : '状态异常',
  'cpu-high': (values) => `CPU 利用率过高${measured(values)}`,
  'memory-high': (values) => `内存利用率过高${measured(values)}`,
  'collector-away': ({ way }) => `采集器失联${ways[`${way}`] ?? ''}`,
  'collector-late': (values) => `采集器轮询不准时${measured(values)}`,
  'log-match': ({ name, text }) => `${name ?? '日志规则'}${text ? `：${text}` : ''}`,
  'collector-fault': ({ codes }) => `采集器故障：${faultWords(codes)}`,
  'series-capacity': (values) => `测量数据库将满${measured(values)}`,
  'check-failed': (values) => `拨测失败${reasonOf(values)}`,
  'check-limit': (values) => `拨测超限${reasonOf(values)}`,
  'duplex-mismatch': ({ fault }) => (fault === 'differs' ? '端口双工与对端不一致' : '端口工作在半双工'),
  'interface-errors': (values) => `端口错包过多${measured(values)}`,
  'interface-discards': (values) => `端口丢包过多${measured(values)}`,
  'interface-flapping': (values) => `端口反复通断${times(values)}`,
  'traffic-unusual': (values) => `流量异常${againstUsual(values)}`,
  'latency-unusual': (values) => `时延异常${againstUsual(values)}`,
  'line-filling': (values) => `线路将满${daysLeft(values)}`,
  'battery-ageing': (values) => `UPS 电池老化${daysLeft(values)}`,
  'temperature-rising': (values) => `温度骤升${measured(values)}`,
  'sensor-silent': ({ value }) =>
    `传感器没有读数${value == null ? '' : `，已 ${Math.round(Number(value) / 60)} 分钟`}`,
  'townships-offline': ({ value, down, total }) =>
    `大面积中断${value == null ? '' : `：${down ?? ''}/${total ?? ''} 个乡镇，占 ${value} %`}`,
  'service-down': () => '业务系统中断',
  'service-degraded': () => '业务系统劣化',
  'room-state': ({ minutesLeft }) =>
    `机房异常${minutesLeft == null ? '' : `，UPS 约可再供 ${minutesLeft} 分钟`}`,
}

const againstUsual = ({ value, low, high, unit }: Values) =>
  value == null || low == null || high == null ? '' : `：通常 ${low}–${high} ${unit ?? ''}，现在 ${value}`
const daysLeft = ({ value }: Values) => (value == null ? '' : `：按趋势约 ${Math.round(Number(value))} 天后`)
const times = ({ value, withinS }: Values) =>
  value == null ? '' : `：${Math.round(Number(withinS ?? 0) / 60)} 分钟内 ${value} 次`

const ways: Record<string, string> = { fine: '：其线路正常', cut: '：随线路中断' }

const faults: Record<string, string> = {
  'disk-full': '磁盘已满',
  overload: '过载丢数',
  'spool-at-bound': '积压到上限',
  'clock-offset': '时钟不准',
  'spool-damaged': '积压数据损坏',
  'icmp-forbidden': '不允许发送 ICMP',
  'icmp-missing': '没有安装 fping',
}
/** A newer collector may have faults that are not known here. */
const faultWords = (codes: Values[string] | undefined) =>
  `${codes ?? ''}`
    .split(' ')
    .map((code) => faults[code] ?? code)
    .join('、')

const minutesLeft = ({ minutes }: Values) => (typeof minutes === 'number' ? `，剩余约 ${minutes} 分钟` : '')

function measured({ value, limit, unit }: Values): string {
  if (value === undefined || value === null) return ''
  const of = (number: string | number) => `${number}${unit ? ` ${unit}` : ''}`
  return ` ${of(value)}${limit === undefined || limit === null ? '' : `（限值 ${of(limit)}）`}`
}

function ofDevice(facts: DeviceIncidentFacts): Composed {
  const known = (label: string, value: string) => (value ? [`${label}：${value}`] : [])
  return {
    title: titleOf(facts),
    lines: [
      `站点：${facts.site}`,
      ...known('管理地址', facts.address),
      ...known('型号', facts.model),
      ...known('经过的链路', someOf(facts.links)),
      ...describeAffected('受影响', facts.affected),
    ],
  }
}

function ofCheck(facts: CheckIncidentFacts): Composed {
  const { kind, target, points } = facts.values
  const bound = boundOf(facts.values)
  return {
    title: titleOf(facts),
    lines: [
      `拨测：${kindWord(kind)} ${target ?? ''}`.trimEnd(),
      `采集点：${points ?? ''}`,
      ...(bound === null ? [] : [`限值：${bound}`]),
      ...(facts.about === '' ? [] : [`关联对象：${facts.about}`]),
    ],
  }
}

function ofSite(facts: SiteIncidentFacts): Composed {
  const contact = [facts.contact, facts.contactPhone].filter((part) => part !== null).join(' ')
  return {
    title: titleOf(facts),
    lines: [
      ...(facts.address === null ? [] : [`地址：${facts.address}`]),
      ...(contact === '' ? [] : [`联系人：${contact}`]),
      ...describeAffected('受影响', facts.affected),
    ],
  }
}

const titleOf = (facts: Exclude<IncidentFacts, LinkIncidentFacts>) =>
  `${facts.name} ${conditionTitle(facts.condition, facts.values).trim()}`

/** A rule of somebody's own goes by the name they gave it. */
const conditionTitle = (condition: Condition, values: Values): string =>
  isBuiltIn(condition)
    ? conditionTitles[condition](values)
    : `${values.rule ?? '自定义条件'}${againstUsual(values) || measured(values)}`

// ---- what all have in common -------------------------------------------------------------------------

const namedAtMost = 20

function describeAffected(label: string, { sites, devices }: AffectedFacts): string[] {
  if (sites.length === 0 && devices === 0) return []
  const counts = [sites.length > 0 ? `${sites.length} 个站点` : '', devices > 0 ? `${devices} 台设备` : '']
  const names = sites.length > 0 ? `：${someOf(sites)}` : ''
  return [`${label}：${counts.filter(Boolean).join('、')}${names}`]
}

function someOf(names: string[]): string {
  const more = names.length > namedAtMost ? ` 等 ${names.length} 个` : ''
  return names.slice(0, namedAtMost).join('、') + more
}
