/** A mail as the desk needs it, from bytes that anyone may have sent: bounded before it is read, nothing of it run or unpacked. */
import PostalMime, { type Address, type Email } from 'postal-mime'

export interface ReadMail {
  messageId: string | null
  /** Message-IDs it answers, the nearest first. */
  answers: string[]
  from: { address: string; name: string }
  subject: string
  /** What was written, without what was quoted. */
  text: string
  /** Header fields by their names in lower case; of those that come twice the first. */
  headers: ReadonlyMap<string, string>
  attachments: { name: string; content: Buffer }[]
  /** Parts of a report on a delivery [RFC 3464]. */
  report: string | null
}

/** `reason`: why the mail is not taken. */
export class RefusedMail extends Error {
  readonly reason: 'too-large' | 'too-many-parts' | 'too-deep' | 'broken' | 'no-sender'
  constructor(reason: RefusedMail['reason'], options?: ErrorOptions) {
    super(reason, options)
    this.name = 'RefusedMail'
    this.reason = reason
  }
}

export const mailLimits = { bytes: 25 * 1024 * 1024, headBytes: 256 * 1024, parts: 200, depth: 12, text: 20_000, subject: 200, attachments: 20 } // prettier-ignore
type Limits = typeof mailLimits

/** How much of a text is looked at: no pattern below takes longer than in proportion to it. */
const textRead = 1_000_000
const partLine = /^--[^\r\n]{1,200}$/gm
const idPattern = /<[^<>\s\p{Cc}]{1,250}>/gu

export async function readMail(raw: Buffer, limits: Limits = mailLimits): Promise<ReadMail> {
  if (raw.length > limits.bytes) throw new RefusedMail('too-large')
  mustBeFew(raw, limits.parts)
  const email = await parsed(raw, limits)
  const from = senderOf(email)
  if (!from) throw new RefusedMail('no-sender')
  const headers = new Map<string, string>()
  for (const { key, value } of email.headers) if (!headers.has(key)) headers.set(key, value)
  const text = email.text?.trim() ? email.text : textOfHtml(email.html ?? '')
  return {
    messageId: idsIn(email.messageId)[0] ?? null,
    answers: [...new Set([...idsIn(email.inReplyTo), ...idsIn(email.references).reverse()])].slice(0, 50),
    from,
    subject: oneLine(email.subject ?? '').slice(0, limits.subject),
    text: withoutQuotes(printable(text.slice(0, textRead))).slice(0, limits.text),
    headers,
    attachments: email.attachments
      .slice(0, limits.attachments)
      .map(({ filename, content }, at) => ({ name: filename ?? `attachment-${at + 1}`, content: bytesOf(content) })), // prettier-ignore
    report: reportOf(email),
  }
}

/** Before the parser builds any of them. Counts every line that could begin a part: a few too many are no loss. */
function mustBeFew(raw: Buffer, atMost: number): void {
  if (!/^content-type:\s*multipart\//im.test(raw.toString('latin1', 0, mailLimits.headBytes))) return
  const boundaries = new Map<string, number>()
  for (const [line] of raw.toString('latin1').matchAll(partLine)) {
    const count = (boundaries.get(line) ?? 0) + 1
    if (count > atMost) throw new RefusedMail('too-many-parts')
    if (boundaries.size < 10_000) boundaries.set(line, count)
  }
}

async function parsed(raw: Buffer, { depth, headBytes }: Limits): Promise<Email> {
  try {
    const options = { maxNestingDepth: depth, maxHeadersSize: headBytes, attachmentEncoding: 'arraybuffer' } as const // prettier-ignore
    return await PostalMime.parse(raw, options)
  } catch (cause) {
    const isDeep = cause instanceof Error && /nesting/i.test(cause.message)
    throw new RefusedMail(isDeep ? 'too-deep' : 'broken', { cause })
  }
}

function senderOf({ from, sender }: Email): ReadMail['from'] | null {
  const box = [from, sender].flatMap((one: Address | undefined) => one?.group ?? one ?? []).find(({ address }) => address) // prettier-ignore
  const address = box?.address?.trim().toLowerCase() ?? ''
  if (!/^[^\s@<>"\p{Cc}]{1,64}@[^\s@<>"\p{Cc}]{1,190}$/u.test(address)) return null
  return { address, name: oneLine(box?.name ?? '').slice(0, 80) }
}

function reportOf({ headers, attachments, text }: Email): string | null {
  const type = headers.find(({ key }) => key === 'content-type')?.value ?? ''
  if (!/^multipart\/report/i.test(type)) return null
  const parts = attachments.filter(({ mimeType }) => /^(message|text)\//.test(mimeType))
  return [text ?? '', ...parts.map(({ content }) => bytesOf(content).toString('utf8'))].join('\n').slice(0, 100_000) // prettier-ignore
}

const bytesOf = (content: ArrayBuffer | Uint8Array | string): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer)
const idsIn = (text = ''): string[] => text.slice(0, 20_000).match(idPattern) ?? []
const oneLine = (text: string) => printable(text).replace(/\s+/g, ' ').trim()
/** Without controls and without what turns the direction of a line. */
const printable = (text: string) =>
  text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '') // prettier-ignore

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** The words of a page; it is text from here on, and never a page again. */
export function textOfHtml(html: string): string {
  return html
    .slice(0, textRead)
    .replace(/<(style|script|head|title)\b[^>]{0,500}>[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replace(/<(br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]{0,500}>/gi, '\n')
    .replace(/<[a-z!/?][^>]*(>|$)/gi, '')
    .replace(
      /&(#x?[0-9a-f]{1,6}|[a-z]{2,6});/gi,
      (whole, name: string) => entities[name.toLowerCase()] ?? numbered(name) ?? whole,
    ) // prettier-ignore
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function numbered(name: string): string | null {
  if (!name.startsWith('#')) return null
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return Number.isInteger(code) && code > 31 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '' // prettier-ignore
}

/** Where an older mail, or a signature, begins. */
const cuts = [
  /^-{2,}\s*(原始邮件|原邮件|回复的邮件|转发邮件|original message|forwarded message)\s*-{2,}/i,
  /^(在|於|于).{4,120}(写道|寫道)\s*[:：]\s*$/,
  /^on .{6,160} wrote:\s*$/i,
  /^(发件人|寄件者|from)\s*[:：].{3,}/i,
  /^-- ?$/,
]

/** What was written above the older mail; all of it where nothing is left. */
export function withoutQuotes(text: string): string {
  const lines = text.split('\n')
  const cut = lines.findIndex((line) => cuts.some((pattern) => pattern.test(line.trim().slice(0, 400))))
  const own = (cut < 0 ? lines : lines.slice(0, cut)).filter((line) => !line.startsWith('>'))
  return own.join('\n').trim() || text.trim()
}
