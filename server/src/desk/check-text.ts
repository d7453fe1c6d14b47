/** What a failed check says of itself, in Chinese, for whoever picks up the telephone. */
import type { CheckKind, CheckMetric } from '@zongheng/inventory/check.ts'

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

/** Codes of outcomes as collectors tell them; one that is missing is shown as it came. */
const reasons: Record<string, string> = {
  failed: '失败',
  timeout: '超时没有应答',
  refused: '连接被拒绝',
  unreachable: '网络不可达',
  'name-not-found': '域名无法解析',
  'connection-lost': '连接中断',
  'text-missing': '没有出现应有的内容',
  'text-present': '出现了不该有的内容',
  'certificate-expired': '证书已过期',
  'certificate-name': '证书与域名不符',
  'certificate-untrusted': '证书不受信任',
  authentication: '登录失败',
  'no-file': '没有符合条件的备份文件',
}

/** `HTTP 503`, `证书已过期`, `应答 3200 毫秒`. */
export function reasonOf({ code, status, metric, value }: Values): string {
  if (metric && typeof value === 'number')
    return measured[metric as CheckMetric]?.(value) ?? `${metric} ${value}`
  if (code === 'status' && status) return `HTTP ${status}`
  return reasons[String(code)] ?? String(code)
}

const measured: Partial<Record<CheckMetric, (value: number) => string>> = {
  checkMs: (ms) => `应答 ${Math.round(ms)} 毫秒`,
  checkDaysLeft: (days) => (days < 0 ? '证书已过期' : `证书 ${Math.floor(days)} 天后到期`),
  checkOffsetMs: (ms) => `时间偏差 ${Math.round(ms)} 毫秒`,
  checkAgeS: (s) => `最新备份是 ${Math.round(s / 3600)} 小时前的`,
}
