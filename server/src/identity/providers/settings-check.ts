import { X509Certificate } from 'node:crypto'
import type { FilterParser } from 'ldapts'
import type { TSchema } from 'typebox'
import type { ProblemError } from '../../http/problem.ts'
import { invalid, type FieldError } from '../../http/problem.ts'
import { validatorCompiler } from '../../http/validation.ts'
import { hostOf } from './ldap.ts'
import type { Provider } from './provider.ts'
import { LdapSettings, OidcSettings } from './schema.ts'

type Filters = Pick<typeof FilterParser, 'parseString'>

const checkOf = (schema: TSchema) => validatorCompiler({ schema, httpPart: 'body', method: '', url: '' })
const check = { ldap: checkOf(LdapSettings), oidc: checkOf(OidcSettings) }

/** The settings of this kind, filled with what is usual. Throws `invalid`. */
export function settingsOf<Kind extends Provider['kind']>(kind: Kind, input: object): SettingsOf<Kind> {
  const { value, error } = check[kind](input) as { value?: SettingsOf<Kind>; error?: ProblemError }
  if (error) throw invalid(error.errors!.map((at) => ({ ...at, path: `/settings${at.path}` })))
  return value!
}

type SettingsOf<Kind> = Extract<Provider, { kind: Kind }>['settings']

/** What a schema cannot say of a directory's settings. */
export async function ldapErrors(settings: LdapSettings, hasSecret: boolean): Promise<FieldError[]> {
  const { FilterParser } = await import('ldapts')
  const { url, bindDn, caCertificate, groupBaseDn, groupFilter } = settings
  const errors: FieldError[] = []
  const refuse = (field: string, code: string, message: string) =>
    void errors.push({ path: field === 'secret' ? '/secret' : `/settings/${field}`, code, message })
  if (!URL.canParse(url)) refuse('url', 'format', 'is no address of a directory')
  else if (isReadable(settings))
    refuse('url', 'plaintext', 'passwords would travel unencrypted: use ldaps:// or StartTLS')
  if (bindDn !== undefined && !hasSecret)
    refuse('secret', 'required', 'the account that searches has a password')
  if (caCertificate !== undefined && !isCertificate(caCertificate))
    refuse('caCertificate', 'format', 'is no certificate in PEM')
  if (!settings.userFilter.includes('{username}'))
    refuse('userFilter', 'placeholder', 'does not say where {username} goes')
  if (!isFilter(FilterParser, settings.userFilter)) refuse('userFilter', 'format', 'is no filter [RFC 4515]')
  if ((groupBaseDn === undefined) !== (groupFilter === undefined))
    refuse(groupBaseDn === undefined ? 'groupBaseDn' : 'groupFilter', 'required', 'goes with the other')
  if (groupFilter !== undefined && !/\{(dn|username)\}/.test(groupFilter))
    refuse('groupFilter', 'placeholder', 'does not say where {dn} or {username} goes')
  if (groupFilter !== undefined && !isFilter(FilterParser, groupFilter))
    refuse('groupFilter', 'format', 'is no filter [RFC 4515]')
  return errors
}

/** Plain HTTP only within this machine. */
export function oidcErrors({ issuer }: OidcSettings): FieldError[] {
  const refused = (code: string, message: string) => [{ path: '/settings/issuer', code, message }]
  if (!URL.canParse(issuer)) return refused('format', 'is no address of a provider')
  const isPlain = new URL(issuer).protocol === 'http:' && !isLoopback(hostOf(issuer))
  return isPlain ? refused('plaintext', 'must be https://') : []
}

/** Whether others on the way could read passwords, and nobody said that this is so. */
const isReadable = ({ url, startTls, allowPlaintext }: LdapSettings) =>
  url.startsWith('ldap:') && !startTls && !allowPlaintext && !isLoopback(hostOf(url))

const isLoopback = (host: string) =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== ''
  } catch {
    return false
  }
}

function isFilter(parser: Filters, template: string): boolean {
  try {
    return parser.parseString(template.replace(/\{(dn|username)\}/g, 'x')) !== undefined
  } catch {
    return false
  }
}

const whereTo = {
  ldap: ['url', 'startTls', 'allowPlaintext', 'caCertificate', 'bindDn'],
  oidc: ['issuer'],
} as const

/** Whether the stored secret would be told to someone else, or be read on the way. */
export function leadsElsewhere(kind: keyof typeof whereTo, before: object, after: object): boolean {
  const value = (settings: object, name: string) => (settings as Record<string, unknown>)[name]
  return whereTo[kind].some((name) => value(before, name) !== value(after, name))
}
