/** What a failed check says of itself, in Chinese, for whoever picks up the telephone. */
import type { CheckCode, CheckKind, CheckMetric } from '@zongheng/inventory/check.ts'

type Values = Record<string, string | number | null>

const kinds: Record<CheckKind, string> = {
  icmp: 'Ping',
  tcp: 'TCP 端口',
  http: '网页',
  tls: '证书',
  dns: '域名解析',
  smtp: '邮件发送（SMTP）',
  imap: '邮件接收（IMAP）',
  ntp: '时间同步（NTP）',
  sip: 'IP 电话（SIP）',
  snmp: 'SNMP 数值',
  backup: '备份文件',
}
export const kindWord = (kind: unknown) => kinds[kind as CheckKind] ?? String(kind ?? '')

const reasons: Record<CheckCode, string> = {
  ok: '正常',
  failed: '执行出错',
  credential: '凭据缺失或无法解密',
  timeout: '超时没有应答',
  'name-not-found': '域名无法解析',
  refused: '连接被拒绝',
  unreachable: '网络不可达',
  closed: '连接被对方关闭',
  'not-possible': '采集器没有发送 ICMP 的权限',
  'text-missing': '没有出现应有的内容',
  'text-present': '出现了不该有的内容',
  malformed: '应答格式有误',
  status: '状态码异常',
  'too-large': '应答内容过大',
  redirects: '重定向次数过多',
  'redirect-forbidden': '重定向到不允许的地址',
  'body-changed': '页面内容有变化',
  reply: '服务器应答异常',
  'tls-failed': 'TLS 握手失败',
  'certificate-expired': '证书已过期',
  'certificate-not-yet-valid': '证书尚未生效',
  'certificate-name': '证书与域名不符',
  'certificate-untrusted': '证书不受信任',
  'starttls-missing': '不支持 STARTTLS',
  'no-data': '没有该类型的解析记录',
  'server-failed': '域名服务器故障',
  'answer-missing': '解析结果与预期不符',
  'kiss-of-death': '时间服务器拒绝服务',
  unsynchronised: '时间服务器自身未同步',
  authentication: '登录失败',
  'no-object': '没有该 OID',
  'no-number': '取到的不是数值',
  'host-key': '主机密钥已变化',
  'folder-missing': '目录不存在',
  forbidden: '没有读取权限',
  'no-file': '没有符合条件的备份文件',
}

/** After the title: `：HTTP 503`, `：证书已过期`, `：应答 3200 毫秒`; blank when nothing is known. */
export function reasonOf({ code, status, metric, value }: Values): string {
  if (typeof metric === 'string' && typeof value === 'number')
    return `：${measured[metric as CheckMetric]?.(value) ?? value}`
  if (typeof code !== 'string') return ''
  if (code === 'status' && status) return `：HTTP ${status}`
  // A newer collector may say what we do not know yet.
  return `：${Object.hasOwn(reasons, code) ? reasons[code as CheckCode] : code}`
}

const units: Partial<Record<CheckMetric, [name: string, by: number]>> = {
  checkMs: ['毫秒', 1],
  checkOffsetMs: ['毫秒', 1],
  checkDaysLeft: ['天', 1],
  checkAgeS: ['小时', 3600],
}

/** The limit it is beyond, `30 天`; null where there is none. */
export function boundOf({ metric, limit }: Values): string | null {
  if (typeof limit !== 'number') return null
  const [name, by] = units[metric as CheckMetric] ?? ['', 1]
  return `${limit / by} ${name}`.trimEnd()
}

const measured: Partial<Record<CheckMetric, (value: number) => string>> = {
  checkMs: (ms) => `应答 ${Math.round(ms)} 毫秒`,
  checkDaysLeft: (days) => (days < 0 ? '证书已过期' : `证书 ${Math.floor(days)} 天后到期`),
  checkOffsetMs: (ms) => `时间偏差 ${Math.round(ms)} 毫秒`,
  checkAgeS: (s) => `最新备份是 ${Math.round(s / 3600)} 小时前的`,
}
