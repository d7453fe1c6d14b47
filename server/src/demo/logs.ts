import type { LogEntry } from '@zongheng/collector/contract.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'

type Told = Pick<LogEntry, 'kind' | 'name' | 'severity' | 'text'> & Partial<LogEntry>
const syslog = (name: string, severity: number, text: string): Told => ({
  kind: 'syslog',
  name,
  severity,
  text,
  facility: 23,
})
const trap = (name: string, severity: number, text: string): Told => ({ kind: 'trap', name, severity, text })

/** What devices of a province say on a day without troubles. */
const ofRouter: Told[] = [
  syslog('SHELL/5/SHELL_LOGIN', 5, 'netadmin logged in from 10.10.1.20 by SSH.'),
  syslog(
    'SHELL/6/SHELL_CMD',
    6,
    '-Line=vty0-IPAddr=10.10.1.20-User=netadmin; Command is display interface brief',
  ),
  syslog(
    'OSPF/5/OSPF_NBR_CHG',
    5,
    'OSPF 1 Neighbor 10.255.0.2 (GigabitEthernet0/0/1) changed from LOADING to FULL.',
  ),
  syslog('NTP/5/NTP_CLOCK_CHANGE', 5, '系统时钟与 NTP 服务器 10.10.1.5 同步。'),
  trap('linkUp', 5, 'GigabitEthernet0/0/2 ifAdminStatus=up ifOperStatus=up'),
  trap('authenticationFailure', 4, '团体名错误，来自 10.10.9.77'),
]
const ofUps: Told[] = [
  trap('upsTrapTestCompleted', 5, '电池自检通过'),
  trap('upsTrapAlarmEntryRemoved', 5, 'upsAlarmDescr=upsAlarmOnBattery'),
]
const hourMs = 3_600_000

/** Of the last day, spread evenly; each once. */
export function demoLogs({ devices }: EstateModel, nowMs: number): LogEntry[] {
  const routers = [...devices.values()].filter(({ role }) => role.endsWith('router')).slice(0, 10)
  const upses = [...devices.values()].filter(({ role }) => role === 'ups').slice(0, 4)
  const all = [
    ...routers.flatMap((device) => ofRouter.map((told) => ({ device, told }))),
    ...upses.flatMap((device) => ofUps.map((told) => ({ device, told }))),
  ]
  return all.map(({ device, told }, i) =>
    entryOf(device, told, nowMs - Math.round((24 * hourMs * (all.length - i)) / (all.length + 1))),
  )
}

const entryOf = ({ id, address, name: host }: DeviceModel, told: Told, atMs: number): LogEntry => ({
  atMs,
  saidMs: null,
  address,
  deviceId: id,
  facility: null,
  host: told.kind === 'syslog' ? host : null,
  values: {},
  repeated: 0,
  ...told,
})
