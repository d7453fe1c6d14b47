import pino, { type DestinationStream, type Logger } from 'pino'

export type Log = Logger

const secretNames =
  /pass(word|phrase)|secret|token|community|cookie|authorization|authKey|privKey|privateKey|recoveryCode|^(key|ssh|snmp)$/i
/** Of a connection's address: `postgres://user:password@host`. */
const urlPassword = /(:\/\/[^\s:/@]*:)[^\s@]+(?=@)/g
const masked = '[Redacted]'
const deepest = 8

/** JSON lines on stderr; stdout belongs to the command. Whatever sounds like a secret is masked, however deep it lies. */
export function createLog(
  level: string,
  name = 'server',
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Log {
  const err = (error: Error) => withoutSecrets(pino.stdSerializers.err(error))
  const log = (line: object) => withoutSecrets(line) as Record<string, unknown>
  return pino({ level, name, serializers: { err }, formatters: { log } }, destination)
}

export const silentLog = (): Log => pino({ level: 'silent' })

/** Text without the passwords that addresses in it carry. */
export const withoutPasswords = (text: string): string => text.replace(urlPassword, `$1${masked}`)

/** Errors are left to their serializer. */
function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutPasswords(value)
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1))
  if (!isPlain(value)) return value
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    isSecret(name, inner) ? masked : withoutSecrets(inner, depth + 1),
  ])
  return Object.fromEntries(entries) as unknown
}

const isSecret = (name: string, value: unknown) =>
  secretNames.test(name) && (typeof value === 'string' || (typeof value === 'object' && value !== null))

/** Also what pino makes of an error. */
const isPlain = (value: object) =>
  !(value instanceof Error || value instanceof Date) && !ArrayBuffer.isView(value)
