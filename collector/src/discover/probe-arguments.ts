import { parseArgs } from 'node:util'
import type { SnmpCredential } from '../contract.ts'

export interface ProbeArguments {
  host: string
  port: number
  credential: SnmpCredential
  json: boolean
  /** For one question with all its tries. */
  timeoutMs: number
}

/** What is wrong with a command line: `code` picks the words, `detail` is what was given. */
export class ArgumentError extends Error {
  readonly code: 'usage' | 'host' | 'port' | 'version' | 'level' | 'user' | 'protocol' | 'key' | 'timeout'
  readonly detail: string

  constructor(code: ArgumentError['code'], detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }
}

const text = { type: 'string' } as const
const options = {
  version: { ...text, short: 'v', default: '2c' },
  community: { ...text, short: 'c', default: 'public' },
  user: { ...text, short: 'u' },
  level: { ...text, short: 'l' },
  auth: { ...text, short: 'a' },
  'auth-key': { ...text, short: 'A' },
  priv: { ...text, short: 'x' },
  'priv-key': { ...text, short: 'X' },
  context: { ...text, short: 'n' },
  timeout: { ...text, default: '5' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** As net-snmp's tools spell them, in any case, with or without the hyphen. */
const authProtocols = {
  md5: 'md5',
  sha: 'sha',
  sha1: 'sha',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
} as const
const privProtocols = {
  des: 'des',
  aes: 'aes',
  aes128: 'aes',
  aes192: 'aes192b',
  aes192c: 'aes192r',
  aes192b: 'aes192b',
  aes192r: 'aes192r',
  aes256: 'aes256b',
  aes256c: 'aes256r',
  aes256b: 'aes256b',
  aes256r: 'aes256r',
} as const
const levels = ['noAuthNoPriv', 'authNoPriv', 'authPriv'] as const
const shortestKey = 8 // RFC 3414 §11.2

type Values = ReturnType<typeof parse>['values']

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new ArgumentError('usage', error instanceof Error ? error.message : String(error))
  }
}

/** `HOST`, `HOST:PORT`, `[IPv6]:PORT`, or a bare IPv6 address. */
export function parsePeer(given: string): { host: string; port: number } {
  const bracketed = /^\[([0-9a-fA-F:.%\w]+)\](?::(\d+))?$/.exec(given)
  const bare = given.split(':').length > 2
  const [host, digits] = bracketed ? [bracketed[1], bracketed[2]] : bare ? [given] : given.split(':')
  if (!host || !/^[\w.:%-]{1,253}$/.test(host)) throw new ArgumentError('host', given)
  const port = digits === undefined ? 161 : Number(digits)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new ArgumentError('port', given)
  return { host, port }
}

function protocolOf<T extends string>(table: Record<string, T>, given: string | undefined, byDefault: T): T {
  if (given === undefined) return byDefault
  const known = table[given.toLowerCase().replaceAll('-', '')]
  if (!known) throw new ArgumentError('protocol', given)
  return known
}

function keyOf(option: string, given: string | undefined): string {
  if (given === undefined || given.length < shortestKey) throw new ArgumentError('key', option)
  return given
}

function levelOf(values: Values): (typeof levels)[number] {
  if (values.level === undefined) {
    if (values['priv-key'] !== undefined) return 'authPriv'
    return values['auth-key'] === undefined ? 'noAuthNoPriv' : 'authNoPriv'
  }
  const level = levels.find((known) => known.toLowerCase() === values.level?.toLowerCase())
  if (!level) throw new ArgumentError('level', values.level)
  return level
}

function usmCredential(values: Values): SnmpCredential {
  if (!values.user) throw new ArgumentError('user', '-u')
  const level = levelOf(values)
  const contextName = values.context ? { contextName: values.context } : {}
  const credential = { version: '3', user: values.user, level, ...contextName } as const
  if (level === 'noAuthNoPriv') return credential
  const authProtocol = protocolOf(authProtocols, values.auth, 'sha')
  const authenticated = { ...credential, authProtocol, authKey: keyOf('-A', values['auth-key']) }
  if (level === 'authNoPriv') return authenticated
  const privProtocol = protocolOf(privProtocols, values.priv, 'aes')
  return { ...authenticated, privProtocol, privKey: keyOf('-X', values['priv-key']) }
}

function credentialOf(values: Values): SnmpCredential {
  if (values.version === '3') return usmCredential(values)
  if (values.version !== '1' && values.version !== '2c') throw new ArgumentError('version', values.version)
  return { version: values.version, community: values.community }
}

/** What the command line asks for; null when it asks for help. Throws ArgumentError. */
export function parseProbeArguments(args: string[]): ProbeArguments | null {
  const { values, positionals } = parse(args)
  if (values.help) return null
  const [peer, ...others] = positionals
  if (peer === undefined || others.length > 0) throw new ArgumentError('usage', others.join(' '))
  const timeoutS = Number(values.timeout)
  if (!(timeoutS >= 0.1 && timeoutS <= 600)) throw new ArgumentError('timeout', values.timeout)
  return {
    ...parsePeer(peer),
    credential: credentialOf(values),
    json: values.json,
    timeoutMs: timeoutS * 1000,
  }
}
