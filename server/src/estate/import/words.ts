/** The words of the spreadsheet in both languages; a file is understood whichever it uses. */
import type { Access } from '@zongheng/inventory/access.ts'
import type { CircuitRole } from '@zongheng/inventory/circuit.ts'
import type { DeviceRole } from '@zongheng/inventory/device.ts'
import type { Text } from '../../http/problem-messages.ts'

export type Words<T extends string> = Record<T, Record<'zh' | 'en', string>>

export const roleWords: Words<DeviceRole> = {
  'core-router': { zh: '核心路由器', en: 'core router' },
  'access-router': { zh: '接入路由器', en: 'access router' },
  'core-switch': { zh: '核心交换机', en: 'core switch' },
  'access-switch': { zh: '接入交换机', en: 'access switch' },
  firewall: { zh: '防火墙', en: 'firewall' },
  'vpn-gateway': { zh: 'VPN 网关', en: 'VPN gateway' },
  server: { zh: '服务器', en: 'server' },
  storage: { zh: '存储', en: 'storage' },
  ups: { zh: 'UPS', en: 'UPS' },
  pdu: { zh: 'PDU', en: 'PDU' },
  environment: { zh: '环境监控', en: 'environment' },
  mcu: { zh: '视频会议 MCU', en: 'video MCU' },
  'ip-pbx': { zh: 'IP 电话交换机', en: 'IP PBX' },
  printer: { zh: '打印机', en: 'printer' },
  other: { zh: '其他', en: 'other' },
}

export const circuitRoleWords: Words<CircuitRole> = {
  primary: { zh: '主用', en: 'primary' },
  backup: { zh: '备用', en: 'backup' },
}

export const accessWords: Words<Access> = {
  sdh: { zh: 'SDH', en: 'SDH' },
  mstp: { zh: 'MSTP', en: 'MSTP' },
  fibre: { zh: '光纤', en: 'fibre' },
  'mpls-vpn': { zh: 'MPLS VPN', en: 'MPLS VPN' },
  'ipsec-vpn': { zh: 'IPSec VPN', en: 'IPSec VPN' },
  'adsl-vpn': { zh: 'ADSL VPN', en: 'ADSL VPN' },
  pon: { zh: 'PON', en: 'PON' },
  '4g': { zh: '4G', en: '4G' },
  '5g': { zh: '5G', en: '5G' },
}

/** What is wrong with a cell, a row or a sheet. */
export const findings = {
  'missing-sheet': { zh: '缺少此工作表', en: 'this sheet is missing' },
  'missing-column': { zh: '缺少此列', en: 'this column is missing' },
  'unknown-column': { zh: '不认识此列', en: 'this column is not known' },
  'too-many-rows': { zh: '最多 5000 行', en: '5,000 rows at most' },
  required: { zh: '必填', en: 'is required' },
  'bad-address': { zh: '不是 IP 地址或主机名', en: 'is neither an IP address nor a host name' },
  'bad-ip': { zh: '不是 IP 地址', en: 'is no IP address' },
  'too-many-addresses': { zh: '最多 64 个地址', en: '64 addresses at most' },
  'foreign-address': { zh: '是另一台设备的地址', en: 'is the address of another device' },
  'bad-number': { zh: '不是允许范围内的数字', en: 'is not a number in the permitted range' },
  'bad-date': { zh: '日期须写作 2027-12-31', en: 'a date is written 2027-12-31' },
  'unknown-word': { zh: '不是可选的值', en: 'is not one of the possible values' },
  'unknown-region': { zh: '行政区划代码不存在或不在您的管理范围内', en: 'no such region within your scope' },
  'snmp-incomplete': { zh: 'SNMP 参数不完整', en: 'the SNMP parameters are not complete' },
  'duplicate-name': { zh: '设备名称重复', en: 'a device has this name already' },
  'duplicate-address': { zh: '管理地址和端口重复', en: 'a device has this address and port already' },
  'duplicate-circuit': { zh: '线路编号重复', en: 'the carrier has a circuit of this number already' },
  'unknown-device': { zh: '没有这台设备', en: 'there is no such device' },
  'ambiguous-device': { zh: '有多台设备叫这个名称', en: 'several devices have this name' },
  'same-site': { zh: '两端在同一站点', en: 'both ends are at one site' },
  'link-exists': { zh: '这两个站点之间已有链路', en: 'the two sites have a link already' },
  'too-long': { zh: '文字过长', en: 'is too long' },
  'unknown-site': { zh: '没有这个站点', en: 'there is no such site' },
  'ambiguous-site': {
    zh: '有多个站点叫这个名称，请填写行政区划代码',
    en: 'several sites have this name: give the region code',
  },
  'unknown-room': { zh: '该站点没有这间机房', en: 'the site has no such room' },
  'unknown-port': { zh: '设备没有这个端口', en: 'the device has no such port' },
  'port-without-device': { zh: '填写端口时须填写交换机', en: 'a port needs its switch' },
  'port-taken': { zh: '这个端口已登记给另一个信息点', en: 'the port is recorded for another point' },
  'duplicate-code': { zh: '本站点的信息点编号重复', en: 'the site has this code twice' },
  'primary-missing': { zh: '链路没有主用线路', en: 'the link has no primary circuit' },
  'primary-twice': { zh: '链路只能有一条主用线路', en: 'the link has a primary circuit already' },
} as const satisfies Record<string, Text>

export type FindingCode = keyof typeof findings
