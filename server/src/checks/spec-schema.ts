/** What each kind of check asks for, checked field by field: errors name the field, never a union. */
import {
  checkKinds,
  dnsTypes,
  mailSecurities,
  type CheckKind,
  type CheckSpec,
} from '@zongheng/inventory/check.ts'
import { Type, type TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { Clean } from 'typebox/value'
import { isAddress } from '../estate/text.ts'
import { invalid, type FieldError } from '../http/problem.ts'

const Host = Type.String({ minLength: 1, maxLength: 253 })
const Port = Type.Integer({ minimum: 1, maximum: 65535 })
const Text = Type.String({ maxLength: 500 })
const Security = Type.Enum(mailSecurities)
const strict = { additionalProperties: false }
const of = <K extends CheckKind, P extends Record<string, ReturnType<typeof Type.Unknown> | object>>(
  kind: K,
  fields: P,
) => Type.Object({ kind: Type.Literal(kind), ...fields } as never, strict) as unknown as TObject

export const specSchemas: Record<CheckKind, TObject> = {
  icmp: of('icmp', { host: Host, count: Type.Integer({ minimum: 1, maximum: 20 }) }),
  tcp: of('tcp', { host: Host, port: Port, expect: Text }),
  http: of('http', {
    url: Type.String({ minLength: 8, maxLength: 2000 }),
    method: Type.Enum(['GET', 'HEAD']),
    status: Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), { maxItems: 20 }),
    contains: Text,
    lacks: Text,
    redirects: Type.Integer({ minimum: 0, maximum: 10 }),
    verifyTls: Type.Boolean(),
    watchBody: Type.Boolean(),
  }),
  tls: of('tls', {
    host: Host,
    port: Port,
    serverName: Type.String({ maxLength: 253 }),
    startTls: Type.Enum(['none', 'smtp', 'imap']),
    verifyChain: Type.Boolean(),
  }),
  dns: of('dns', {
    server: Type.String({ maxLength: 253 }),
    port: Port,
    name: Host,
    type: Type.Enum(dnsTypes),
    expect: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 20 }),
  }),
  smtp: of('smtp', { host: Host, port: Port, security: Security }),
  imap: of('imap', { host: Host, port: Port, security: Security }),
  ntp: of('ntp', { host: Host, port: Port }),
  sip: of('sip', { host: Host, port: Port, transport: Type.Enum(['udp', 'tcp']) }),
  snmp: of('snmp', {
    host: Host,
    port: Port,
    oid: Type.String({ pattern: '^\\.?[0-2](\\.\\d{1,10}){1,127}$', maxLength: 500 }),
  }),
  backup: of('backup', {
    host: Host,
    port: Port,
    folder: Type.String({ pattern: '^/', maxLength: 1000 }),
    pattern: Type.String({ minLength: 1, maxLength: 200 }),
    leastBytes: Type.Integer({ minimum: 0 }),
  }),
}

const compiled = Object.fromEntries(checkKinds.map((kind) => [kind, Compile(specSchemas[kind])])) as Record<
  CheckKind,
  ReturnType<typeof Compile>
>

interface Finding {
  keyword: string
  instancePath: string
  params: object
  message: string
}

/** A spec as a person gives it. Throws `invalid`, placed at the fields that are wrong. */
export function checkSpec(input: Record<string, unknown>): CheckSpec {
  const kind = checkKinds.find((known) => known === input.kind)
  if (!kind) throw invalid([{ path: '/spec/kind', code: 'enum', message: 'is no kind of check' }])
  const value = Clean(specSchemas[kind], structuredClone(input))
  const findings = compiled[kind].Check(value) ? [] : (compiled[kind].Errors(value) as Finding[])
  const errors = findings.flatMap(placed)
  if (errors.length === 0) errors.push(...misaddressed(value as CheckSpec))
  if (errors.length > 0) throw invalid(errors)
  return value as CheckSpec
}

function placed({ keyword, instancePath, params, message }: Finding): FieldError[] {
  const missing = (params as { requiredProperties?: string[] }).requiredProperties
  if (keyword !== 'required' || !missing) return [{ path: `/spec${instancePath}`, code: keyword, message }]
  return missing.map((name) => ({ path: `/spec/${name}`, code: 'required', message: 'is required' }))
}

function misaddressed(spec: CheckSpec): FieldError[] {
  if (spec.kind === 'http') return isWebAddress(spec.url) ? [] : [{ path: '/spec/url', code: 'url', message: 'is no http or https address without a user' }] // prettier-ignore
  const named = spec.kind === 'dns' ? ([['server', spec.server]] as const) : ([['host', spec.host]] as const)
  return named
    .filter(([, host]) => host !== '' && !isAddress(host))
    .map(([name]) => ({
      path: `/spec/${name}`,
      code: 'address',
      message: 'is neither an IP address nor a host name',
    }))
}

/** A password in an address would be shown to every reader. */
function isWebAddress(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === ''
  )
}
