/** What people are told of one root cause, and its words for each kind of channel. In Chinese, as incidents are. */
import type { Severity } from '@zongheng/inventory/severity.ts'
import { defaultTimeZone } from '@zongheng/inventory/zone.ts'

/** Of a ticket, to people by name. */
export const ticketEvents = [
  'ticket-assigned',
  'ticket-on-duty',
  'ticket-offered',
  'ticket-accepted',
  'ticket-returned',
  'ticket-urged',
  'ticket-due',
  'ticket-answered',
  'ticket-resolved',
  'ticket-rated',
  'ticket-approval',
] as const
/** Of an article, to whom it belongs. */
export const articleEvents = ['article-review'] as const
export type TicketEvent = (typeof ticketEvents)[number]

export const notifyEvents = [
  'opened',
  'graver',
  'escalated',
  'again',
  'recovered',
  'explained',
  'digest',
  'test',
  ...ticketEvents,
  ...articleEvents,
] as const
export type NotifyEvent = (typeof notifyEvents)[number]

/** Whom to call about a line. */
export interface CarrierLine {
  role: string
  carrier: string
  hotline: string | null
  /** 线路编号 */
  number: string
  state: string
}

export interface NotifyMessage {
  event: NotifyEvent
  severity: Severity
  /** `石家庄市–正定县 链路中断` */
  title: string
  region: string
  sinceMs: number
  /** When it was over; null while it lasts. */
  untilMs: number | null
  /** Why, in a sentence. */
  cause: string
  cutOff: { count: number; names: string[] }
  nextStep: string
  carriers: CarrierLine[]
  alarmId: string | null
  ticket: { id: string; number: string } | null
  article?: { id: string; number: string }
  /** Of a digest: what was held back, oldest first. */
  items?: { event: NotifyEvent; severity: Severity; title: string; sinceMs: number; untilMs: number | null }[]
}

export interface Wording {
  timeZone: string
  /** Of the console: `https://…`; blank: addresses are not told. */
  origin: string
}

const severityWords: Record<Severity, string> = {
  critical: '紧急',
  major: '重要',
  minor: '次要',
  warning: '提示',
}
const eventWords: Record<NotifyEvent, string> = {
  opened: '',
  graver: '加重',
  escalated: '无人响应，已升级',
  again: '仍未恢复',
  recovered: '已恢复',
  explained: '已归并或静默',
  digest: '汇总',
  test: '测试',
  'ticket-assigned': '派给您',
  'ticket-on-duty': '值班待接',
  'ticket-offered': '申请升级到您的班组',
  'ticket-accepted': '升级已受理',
  'ticket-returned': '升级被退回',
  'ticket-urged': '督办',
  'ticket-due': '时限临近',
  'ticket-answered': '有新答复',
  'ticket-resolved': '已解决',
  'ticket-rated': '已评价',
  'ticket-approval': '等您审批',
  'article-review': '文章该复核',
}
const personal: ReadonlySet<NotifyEvent> = new Set([...ticketEvents, ...articleEvents])
const isPersonal = ({ event }: NotifyMessage) => personal.has(event)

/** One line: what, how bad. It is the same for a whole thread but for what stands in front. */
export function headline({ event, severity, title }: NotifyMessage): string {
  const word = eventWords[event]
  return `[${severityWords[severity]}]${word ? `[${word}]` : ''} ${title}`
}

/** A mail's subject: a thread keeps its own, so that mail programs hold it together. */
export const subject = (message: NotifyMessage): string =>
  message.event === 'digest' || message.event === 'test'
    ? `[纵横] ${message.title}`
    : isPersonal(message)
      ? `[纵横][${eventWords[message.event]}] ${message.title}`
      : `[纵横][${severityWords[message.severity]}] ${message.title}`

const formats = new Map<string, Intl.DateTimeFormat>()
export function clockText(ms: number, timeZone = defaultTimeZone): string {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone })
    formats.set(timeZone, format)
  }
  return format.format(ms)
}

/** `2 小时 5 分` */
export function lengthText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} 秒`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} 分`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} 小时 ${minutes % 60} 分` : `${Math.floor(hours / 24)} 天 ${hours % 24} 小时`
}

const namedAtMost = 10

/** What there is to say, as label and text, in order. */
export function facts(
  message: NotifyMessage,
  { timeZone, origin }: Wording,
): [label: string, text: string][] {
  const { sinceMs, untilMs, cutOff, carriers, ticket, article, alarmId } = message
  const isOver = message.event === 'recovered' || message.event === 'explained'
  const rows: [string, string][] = []
  const add = (label: string, text: string) => void (text && rows.push([label, text]))
  add('区域', message.region)
  add('开始', clockText(sinceMs, timeZone))
  if (untilMs !== null)
    add(message.event === 'explained' ? '归并' : '恢复', `${clockText(untilMs, timeZone)}（历时 ${lengthText(untilMs - sinceMs)}）`) // prettier-ignore
  add(isPersonal(message) ? '说明' : '原因', message.cause)
  if (cutOff.count > 0 && !isOver) add('影响', cutOffText(cutOff))
  if (!isOver) {
    add('建议', message.nextStep)
    for (const line of carriers) add('报障', carrierText(line))
  }
  add('工单', ticket ? ticket.number : '')
  add('文章', article ? article.number : '')
  if (origin && alarmId) add('查看', `${origin}/alarms/${alarmId}`)
  if (origin && ticket) add('处理', `${origin}/tickets/${ticket.id}`)
  if (origin && article) add('处理', `${origin}/knowledge/${article.id}`)
  return rows
}

function cutOffText({ count, names }: NotifyMessage['cutOff']): string {
  const more = names.length > namedAtMost || count > names.length ? ' 等' : ''
  const listed = names.slice(0, namedAtMost).join('、')
  return `${count} 个站点${listed ? `：${listed}${more}` : ''}`
}

const carrierText = ({ role, carrier, hotline, number, state }: CarrierLine) =>
  `${role} ${carrier}${hotline ? ` ${hotline}` : ''} 线路编号 ${number}（${state}）`

/** The whole, in lines. */
export function plainText(message: NotifyMessage, wording: Wording): string {
  if (message.items)
    return [message.title, ...message.items.map((item) => itemText(item, wording))].join('\n')
  return [headline(message), ...facts(message, wording).map(([label, text]) => `${label}：${text}`)].join(
    '\n',
  )
}

function itemText(item: NonNullable<NotifyMessage['items']>[number], { timeZone }: Wording): string {
  const until = item.untilMs === null ? '' : ` — ${clockText(item.untilMs, timeZone)}`
  return `${clockText(item.sinceMs, timeZone)}${until} ${headline(item as NotifyMessage)}`
}

/** For a telephone: what, since when, whom to call. Two joined short messages at most. */
export function shortText(message: NotifyMessage, { timeZone }: Wording): string {
  const { cutOff, carriers, sinceMs, untilMs } = message
  const line = carriers.find(({ state }) => state !== '正常') ?? carriers[0]
  const parts = [
    headline(message),
    untilMs === null ? `${clockText(sinceMs, timeZone)} 起` : `历时 ${lengthText(untilMs - sinceMs)}`,
    cutOff.count > 0 && untilMs === null ? `影响 ${cutOff.count} 个站点` : '',
    line && untilMs === null ? `报障 ${line.carrier}${line.hotline ?? ''} ${line.number}` : '',
    message.ticket?.number ?? '',
  ]
  return cut(parts.filter(Boolean).join('，'), shortAtMost)
}
const shortAtMost = 130

/** Names come from devices and people: nothing in them is to be read as mark-up, an address or a mention. */
const harmless = (text: string) =>
  text.replace(/[<>[\]`*_#@~]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0))

/** For robots: the few signs that all three read alike. */
export function markdown(message: NotifyMessage, wording: Wording): string {
  const heading = `**${harmless(message.items ? message.title : headline(message))}**`
  if (message.items)
    return [heading, ...message.items.map((item) => `- ${harmless(itemText(item, wording))}`)].join('\n')
  const lines = facts(message, wording).map(([label, text]) =>
    text.startsWith(wording.origin) && wording.origin ? `[${label}](${text})` : `${label}：${harmless(text)}`,
  )
  return [heading, ...lines].join('\n\n')
}

/** Cut by characters, never through one. */
export function cut(text: string, atMost: number): string {
  const characters = [...text]
  return characters.length <= atMost ? text : `${characters.slice(0, atMost - 1).join('')}…`
}

/** Cut by octets of UTF-8, at the end of a line where there is one. */
export function cutOctets(text: string, atMost: number): string {
  if (Buffer.byteLength(text) <= atMost) return text
  const kept = new TextDecoder().decode(Buffer.from(text).subarray(0, atMost - 4)).replace(/\uFFFD+$/, '')
  const line = kept.lastIndexOf('\n')
  return `${line > 0 ? kept.slice(0, line) : kept}\n…`
}
