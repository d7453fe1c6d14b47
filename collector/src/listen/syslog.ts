/**
 * Syslog as RFC 5424 and RFC 3164 have it, and as network devices really write it. Never throws: what has no sound head is taken
 * whole as text, as RFC 3164 §4.3.3 wants it.
 */
import { textOf } from '@zongheng/inventory/octets.ts'
import { logLimits, type LogEntry } from '../contract.ts'
import { lineOf } from './text.ts'

/** user.notice, for what names no priority [RFC 3164 §4.3.3]. */
const defaultPriority = 13
/** More than any device writes; a relay may send 8 KiB [RFC 5424 §6.1], of which the head is kept. */
export const maxMessageOctets = 16_384
/** A clock that is off by more says nothing. */
const saidWithinMs = 24 * 3_600_000

export interface SyslogSource {
  atMs: number
  address: string
  /** Minutes that local times of senders are ahead of UTC; those of RFC 3164 do not say. */
  zoneMinutes?: number
}

interface Head {
  saidMs: number | null
  host: string | null
  name: string
  text: string
  values: LogEntry['values']
}

export function syslogEntry(octets: Uint8Array, source: SyslogSource): LogEntry {
  const message = textOf(octets.subarray(0, maxMessageOctets)).replace(/^\ufeff/, '')
  const { priority, rest } = priorityOf(message)
  const head = modern(rest) ?? traditional(rest, source)
  const { atMs, address } = source
  const { saidMs } = head
  return {
    atMs,
    saidMs: saidMs !== null && Math.abs(saidMs - atMs) <= saidWithinMs ? saidMs : null,
    kind: 'syslog',
    address,
    deviceId: null,
    name: lineOf(head.name, logLimits.name) || 'syslog',
    severity: priority & 7,
    facility: priority >> 3,
    host: head.host === null ? null : lineOf(head.host, logLimits.host) || null,
    text: lineOf(head.text, logLimits.text),
    values: head.values,
    repeated: 0,
  }
}

function priorityOf(message: string): { priority: number; rest: string } {
  const found = /^<(\d{1,3})>/.exec(message)
  const priority = found ? Number(found[1]) : NaN
  if (!found || priority > 191) return { priority: defaultPriority, rest: message }
  return { priority, rest: message.slice(found[0].length) }
}

// ---- RFC 5424 ----------------------------------------------------------------------

const modernHead =
  /^1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ?/

function modern(rest: string): Head | null {
  const found = modernHead.exec(rest)
  if (!found) return null
  const [whole, at = '-', host = '-', app = '-', process = '-', messageId = '-'] = found
  const { values, end } = structured(rest, whole.length)
  if (end < 0) return null
  if (process !== '-') values.procId = lineOf(process, logLimits.value)
  if (messageId !== '-') values.msgId = lineOf(messageId, logLimits.value)
  const text = rest.slice(end).replace(/^ ?\ufeff?/, '')
  const said = at === '-' ? NaN : Date.parse(at)
  return {
    saidMs: Number.isNaN(said) ? null : said,
    host: host === '-' ? null : host,
    ...named(text, app === '-' ? '' : app),
    values,
  }
}

/** STRUCTURED-DATA [RFC 5424 §6.3]; `end` -1 when it is none. */
function structured(text: string, start: number): { values: LogEntry['values']; end: number } {
  const values: LogEntry['values'] = {}
  if (text[start] === '-') return { values, end: start + 1 }
  let at = start
  while (text[at] === '[') {
    const id = /[^\s=\]"]{1,32}/y
    id.lastIndex = at + 1
    const found = id.exec(text)
    if (!found) return { values, end: -1 }
    at = id.lastIndex
    for (;;) {
      const parameter = / +([^\s=\]"]{1,32})="((?:[^"\\\]]|\\.){0,4096})"/y
      parameter.lastIndex = at
      const pair = parameter.exec(text)
      if (!pair) break
      at = parameter.lastIndex
      if (Object.keys(values).length < logLimits.values - 4)
        values[lineOf(`${found[0]}.${pair[1]}`, logLimits.valueName)] = lineOf(
          pair[2]!.replace(/\\(["\\\]])/g, '$1'),
          logLimits.value,
        )
    }
    if (text[at] !== ']') return { values, end: -1 }
    at++
  }
  return { values, end: at > start ? at : -1 }
}

// ---- RFC 3164 and its kin ------------------------------------------------------------

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** `Nov 22 10:00:00`, `Nov 22 2026 10:00:00`, `Nov 22 10:00:00 2026`, `*Nov 22 10:00:00.123:`, and RFC 3339 without its version. */
const monthFirst =
  /^(?:\d{1,10}: ?)?[*.]?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:[.:]\d{1,6})?(?: (\d{4}))?(?: ?(?:UTC|GMT|CST|[+-]\d\d:?\d\d))?:? ?/
const yearFirst = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?):? ?/
const hostWord = /^([A-Za-z0-9_\u0080-\uffff][\w.:\-/()\u0080-\uffff]{0,254}) (?=\S)/

function traditional(rest: string, source: SyslogSource): Head {
  const stamp = stampOf(rest, source)
  const after = rest.slice(stamp.length)
  const host = stamp.length > 0 ? hostWord.exec(after) : null
  const isTag = host?.[1]?.endsWith(':') ?? false
  const body = host && !isTag ? after.slice(host[0].length) : after
  return { saidMs: stamp.saidMs, host: host && !isTag ? host[1]! : null, ...named(body, ''), values: {} }
}

function stampOf(
  rest: string,
  { atMs, zoneMinutes = 480 }: SyslogSource,
): { saidMs: number | null; length: number } {
  const iso = yearFirst.exec(rest)
  if (iso) {
    const said = Date.parse(iso[1]!.replace(' ', 'T') + (/(?:Z|[+-]\d\d:\d\d)$/.test(iso[1]!) ? '' : 'Z'))
    const isLocal = !/(?:Z|[+-]\d\d:\d\d)$/.test(iso[1]!)
    return {
      saidMs: Number.isNaN(said) ? null : said - (isLocal ? zoneMinutes * 60_000 : 0),
      length: iso[0].length,
    }
  }
  const found = monthFirst.exec(rest)
  const month = found ? months.indexOf(found[1]!.toLowerCase()) : -1
  if (!found || month < 0) return { saidMs: null, length: 0 }
  const [hour, minute, second] = [Number(found[4]), Number(found[5]), Number(found[6])]
  if (hour > 23 || minute > 59 || second > 60) return { saidMs: null, length: 0 }
  const year = Number(found[3] ?? found[7] ?? new Date(atMs + zoneMinutes * 60_000).getUTCFullYear())
  const local = (inYear: number) =>
    Date.UTC(inYear, month, Number(found[2]), hour, minute, second) - zoneMinutes * 60_000
  const candidates = (found[3] ?? found[7]) ? [year] : [year - 1, year, year + 1] // about New Year it may be either
  const said = candidates.map(local).sort((a, b) => Math.abs(a - atMs) - Math.abs(b - atMs))[0]!
  return { saidMs: said, length: found[0].length }
}

// ---- names ----------------------------------------------------------------------------

/** `%%01IFNET/4/LINK_STATE(l)[12]:` of Huawei, `%%10IFNET/3/PHY_UPDOWN:` of H3C. */
const comware =
  /%%\d{2}([A-Z][A-Z0-9_]{0,40}\/[0-7]\/[A-Za-z0-9_]{1,60}(?: [A-Za-z0-9_]{1,30})?)(?:\([a-zA-Z]{1,8}\))?(?:\[\d{1,10}\])?: ?/
/** `%LINEPROTO-5-UPDOWN:` of Cisco, Ruijie, ZTE and Maipu. */
const iosLike = /%([A-Z][A-Z0-9_]{0,40}(?:-[A-Z0-9_]{1,40}){0,2}-[0-7]-[A-Z0-9_]{1,60}):? ?/
/** A program, its process, a colon [RFC 3164 §4.1.3]. */
const program = /^([\w./\-]{1,64})(?:\[(\d{1,10})\])?: ?/

/** The name of a message, and what it says without it. */
function named(body: string, app: string): { name: string; text: string } {
  const head = body.slice(0, 300)
  const mnemonic = comware.exec(head) ?? iosLike.exec(head)
  if (mnemonic)
    return { name: mnemonic[1]!.trim(), text: body.slice(mnemonic.index + mnemonic[0].length) || body }
  const tagged = app === '' ? program.exec(head) : null
  if (tagged) return { name: tagged[1]!, text: body.slice(tagged[0].length) }
  return { name: app, text: body }
}
