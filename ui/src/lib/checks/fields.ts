/** The form of each kind, as data: what is asked for, and what a new check begins with. */
import { dnsTypes, mailSecurities, type CheckKind } from '@zongheng/inventory/check.ts'

export interface FieldDef {
  name: string
  /** Of the label; the name where none is given. */
  label?: string
  type: 'text' | 'number' | 'flag' | 'choice' | 'numbers' | 'lines'
  initial: string | number | boolean
  options?: readonly string[]
  /** Options that are words of the field's own language (GET, MX), not of ours. */
  verbatim?: boolean
  required?: boolean
  min?: number
  max?: number
  hint?: boolean
  /** Takes the whole width. */
  wide?: boolean
}

const host: FieldDef = { name: 'host', type: 'text', initial: '', required: true }
const port = (initial: number): FieldDef => ({ name: 'port', type: 'number', initial, min: 1, max: 65_535 })
const choice = (name: string, options: readonly string[], initial = options[0]!): FieldDef => ({
  name,
  type: 'choice',
  options,
  initial,
})
const flag = (name: string, initial: boolean): FieldDef => ({ name, type: 'flag', initial })
const text = (name: string): FieldDef => ({ name, type: 'text', initial: '' })

export const fieldsOf: Record<CheckKind, FieldDef[]> = {
  icmp: [host, { name: 'count', type: 'number', initial: 5, min: 1, max: 20 }],
  tcp: [host, port(443), { ...text('expect'), wide: true }],
  http: [
    { name: 'url', type: 'text', initial: 'https://', required: true, wide: true },
    { ...choice('method', ['GET', 'HEAD']), verbatim: true },
    { name: 'status', type: 'numbers', initial: '', hint: true },
    text('contains'),
    text('lacks'),
    { name: 'redirects', type: 'number', initial: 5, min: 0, max: 10 },
    flag('verifyTls', true),
    flag('watchBody', false),
  ],
  tls: [
    host,
    port(443),
    text('serverName'),
    choice('startTls', ['none', 'smtp', 'imap']),
    flag('verifyChain', true),
  ],
  dns: [
    { name: 'name', type: 'text', initial: '', required: true },
    { ...choice('type', dnsTypes), verbatim: true },
    { ...text('server'), hint: true },
    port(53),
    { name: 'expect', label: 'answers', type: 'lines', initial: '', wide: true },
  ],
  smtp: [host, port(25), choice('security', mailSecurities)],
  imap: [host, port(143), choice('security', mailSecurities)],
  ntp: [host, port(123)],
  sip: [host, port(5060), choice('transport', ['udp', 'tcp'])],
  snmp: [
    host,
    port(161),
    { name: 'oid', type: 'text', initial: '1.3.6.1.2.1.1.3.0', required: true, wide: true },
  ],
  backup: [
    host,
    port(22),
    { name: 'folder', type: 'text', initial: '/', required: true },
    { name: 'pattern', type: 'text', initial: '*', required: true },
    { name: 'leastBytes', type: 'number', initial: 1, min: 0 },
  ],
}

export type Draft = Record<string, string | number | boolean>

export const newDraft = (kind: CheckKind): Draft =>
  Object.fromEntries(fieldsOf[kind].map(({ name, initial }) => [name, initial]))

/** What is kept, as it is typed. */
export function draftOf(kind: CheckKind, spec: Record<string, unknown>): Draft {
  const shown = (value: unknown, type: FieldDef['type']) =>
    type === 'numbers'
      ? (value as number[]).join(', ')
      : type === 'lines'
        ? (value as string[]).join('\n')
        : value
  return Object.fromEntries(fieldsOf[kind].map(({ name, type }) => [name, shown(spec[name], type)])) as Draft
}

/** What is typed, as it is kept. */
export function specOf(kind: CheckKind, draft: Draft): Record<string, unknown> {
  const kept = (value: Draft[string] | undefined, type: FieldDef['type']) => {
    if (type === 'numbers') return parts(value, /[,，\s]+/).map(Number)
    if (type === 'lines') return parts(value, /\n/)
    return type === 'number' ? Number(value) : type === 'text' ? String(value ?? '').trim() : value
  }
  return {
    kind,
    ...Object.fromEntries(fieldsOf[kind].map(({ name, type }) => [name, kept(draft[name], type)])),
  }
}

const parts = (value: Draft[string] | undefined, by: RegExp) =>
  String(value ?? '')
    .split(by)
    .map((part) => part.trim())
    .filter(Boolean)
