/** The two sheets, column by column: heading, whether it must be filled, how it is read, an example. */
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitRole } from '@zongheng/inventory/circuit.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import { isAddress, plainAddress } from '../text.ts'
import { accessWords, circuitRoleWords, roleWords, type FindingCode, type Words } from './words.ts'

/** Reads a cell that is not blank; a finding's code when it cannot be. */
type Read<T> = (text: string) => { value: T } | { code: FindingCode }

export interface Column<T> {
  zh: string
  en: string
  required?: true
  read: Read<T>
  example: string
}
export type Columns<Row> = { [K in keyof Row]-?: Column<NonNullable<Row[K]>> }

/** As many as a device may have. */
const mostAnswersFrom = 64

/** Of that many characters at most. */
export const words =
  (longest: number): Read<string> =>
  (value) =>
    value.length <= longest ? { value } : { code: 'too-long' }
export const text: Read<string> = (value) => ({ value })
export const word =
  <T extends string>(words: Words<T>): Read<T> =>
  (value) => {
    const plain = value.toLowerCase()
    const names = Object.keys(words) as T[]
    const found = names.find((name) =>
      [name, words[name].zh, words[name].en].some((known) => known.toLowerCase() === plain),
    )
    return found ? { value: found } : { code: 'unknown-word' }
  }
const choice =
  <T extends string>(values: readonly T[]): Read<T> =>
  (value) => {
    const found = values.find((known) => known === value.toLowerCase())
    return found ? { value: found } : { code: 'unknown-word' }
  }
const number =
  (least: number, most: number, whole = false): Read<number> =>
  (value) => {
    const parsed = Number(value)
    const sound = parsed >= least && parsed <= most && (!whole || Number.isInteger(parsed))
    return sound ? { value: parsed } : { code: 'bad-number' }
  }
const address: Read<string> = (value) => (isAddress(value) ? { value } : { code: 'bad-address' })
/** IP addresses, parted by blanks, commas or semicolons. */
const addresses: Read<string[]> = (value) => {
  const parts = value.split(/[\s,;，；、]+/).filter(Boolean)
  const plain = parts.flatMap((part) => plainAddress(part) ?? [])
  if (plain.length < parts.length) return { code: 'bad-ip' }
  const distinct = [...new Set(plain)]
  return distinct.length > mostAnswersFrom ? { code: 'too-many-addresses' } : { value: distinct }
}
const date: Read<string> = (value) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? { value } : { code: 'bad-date' }
const port = number(1, 65_535, true)

export interface DeviceRow {
  regionCode: string
  site?: string
  name: string
  role: DeviceRole
  address: string
  port?: number
  version?: '1' | '2c' | '3'
  community?: string
  user?: string
  authProtocol?: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
  authKey?: string
  privProtocol?: 'des' | 'aes' | 'aes192b' | 'aes192r' | 'aes256b' | 'aes256r'
  privKey?: string
  contextName?: string
  pingIntervalS?: number
  answersFrom?: string[]
}

export const deviceColumns: Columns<DeviceRow> = {
  regionCode: { zh: '行政区划代码', en: 'Region code', required: true, read: text, example: '130123' },
  site: { zh: '站点', en: 'Site', read: text, example: '正定县财政局机房' },
  name: { zh: '设备名称', en: 'Device', required: true, read: text, example: '正定-RT-01' },
  role: { zh: '设备类型', en: 'Role', required: true, read: word(roleWords), example: '接入路由器' },
  address: { zh: '管理地址', en: 'Address', required: true, read: address, example: '10.23.1.1' },
  port: { zh: 'SNMP 端口', en: 'SNMP port', read: port, example: '161' },
  version: { zh: 'SNMP 版本', en: 'SNMP version', read: choice(['1', '2c', '3']), example: '2c' },
  community: { zh: '团体字', en: 'Community', read: text, example: '' },
  user: { zh: 'v3 用户', en: 'v3 user', read: text, example: '' },
  authProtocol: {
    zh: 'v3 认证协议',
    en: 'v3 authentication',
    read: choice(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']),
    example: '',
  },
  authKey: { zh: 'v3 认证口令', en: 'v3 authentication key', read: text, example: '' },
  privProtocol: {
    zh: 'v3 加密协议',
    en: 'v3 privacy',
    read: choice(['des', 'aes', 'aes192b', 'aes192r', 'aes256b', 'aes256r']),
    example: '',
  },
  privKey: { zh: 'v3 加密口令', en: 'v3 privacy key', read: text, example: '' },
  contextName: { zh: 'v3 上下文', en: 'v3 context', read: text, example: '' },
  pingIntervalS: { zh: '探测间隔 (秒)', en: 'Ping every (s)', read: number(0, 60, true), example: '10' },
  answersFrom: { zh: '其他应答地址', en: 'Also answers from', read: addresses, example: '' },
}

export interface CircuitRow {
  number: string
  role: CircuitRole
  carrier: string
  hotline?: string
  access: Access
  bandwidthMbps: number
  upperDevice: string
  upperInterface: string
  lowerDevice: string
  lowerInterface: string
  legAddress?: string
  legKind?: 'snmp' | 'icmp' | 'tcp'
  legPort?: number
  promisedPercent?: number
  monthlyFeeYuan?: number
  contractUntil?: string
}

export const circuitColumns: Columns<CircuitRow> = {
  number: { zh: '线路编号', en: 'Circuit number', required: true, read: text, example: 'SJZ-ZD-MSTP0042' },
  role: { zh: '主备', en: 'Role', required: true, read: word(circuitRoleWords), example: '主用' },
  carrier: { zh: '运营商', en: 'Carrier', required: true, read: text, example: '中国电信' },
  hotline: { zh: '报障电话', en: 'Hotline', read: text, example: '10000' },
  access: { zh: '接入方式', en: 'Access', required: true, read: word(accessWords), example: 'MSTP' },
  bandwidthMbps: {
    zh: '带宽 (Mbit/s)',
    en: 'Bandwidth (Mbit/s)',
    required: true,
    read: number(0.001, 1e6),
    example: '10',
  },
  upperDevice: { zh: '上级设备', en: 'Upper device', required: true, read: text, example: '石家庄-RT-01' },
  upperInterface: {
    zh: '上级接口',
    en: 'Upper interface',
    required: true,
    read: text,
    example: 'GigabitEthernet0/0/2',
  },
  lowerDevice: { zh: '下级设备', en: 'Lower device', required: true, read: text, example: '正定-RT-01' },
  lowerInterface: {
    zh: '下级接口',
    en: 'Lower interface',
    required: true,
    read: text,
    example: 'GigabitEthernet0/0/1',
  },
  legAddress: { zh: '探测地址', en: 'Probe address', read: address, example: '10.23.1.2' },
  legKind: { zh: '探测方式', en: 'Probe', read: choice(['snmp', 'icmp', 'tcp']), example: 'icmp' },
  legPort: { zh: '探测端口', en: 'Probe port', read: port, example: '' },
  promisedPercent: {
    zh: '承诺可用率 (%)',
    en: 'Promised availability (%)',
    read: number(0, 100),
    example: '99.9',
  },
  monthlyFeeYuan: { zh: '月租 (元)', en: 'Monthly fee (yuan)', read: number(0, 1e9), example: '1200' },
  contractUntil: { zh: '合同到期', en: 'Contract until', read: date, example: '2027-12-31' },
}

/** A sheet as it is filled in; a workbook without it is refused where it is required. */
export interface SheetForm {
  zh: string
  en: string
  columns: Readonly<Record<string, Column<unknown>>>
  required?: true
}

export const sheets = {
  devices: { zh: '设备', en: 'Devices', columns: deviceColumns, required: true },
  circuits: { zh: '线路', en: 'Circuits', columns: circuitColumns },
} as const satisfies Record<string, SheetForm>

/** Starts the first cell of a row that shows how to fill in the sheet; such rows are passed over. */
export const exampleMarks = { zh: '示例：', en: 'Example: ' } as const
