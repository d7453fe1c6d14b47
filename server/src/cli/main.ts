import { inspect, parseArgs, type ParseArgsConfig } from 'node:util'
import { ConfigError } from '../config.ts'
import { version } from '../version.ts'
import { runCollectorScript } from './collector-script.ts'
import { showConfig } from './config.ts'
import { demo } from './demo.ts'
import { Failure } from './failure.ts'
import { fault } from './fault.ts'
import { cliLanguage } from './language.ts'
import { withoutPasswords } from '../log.ts'
import { SecretError } from '../secret-box.ts'
import { serve } from './serve.ts'
import { usage } from './usage.ts'

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

const administrative = { data: text, config: text, reason: text, json: flag } as const

/** Each command takes the words after its name, and answers its exit code (nothing: 0). */
const commands: Record<string, (args: string[]) => Promise<number | void> | void> = {
  serve: async (args) => {
    const { values } = parsed(args, { port: text, host: text, data: text, config: text })
    if (values.config) process.env.ZONGHENG_CONFIG = values.config
    await serve({ port: portOf(values.port), host: values.host, dataDir: values.data })
  },
  demo: async (args) => {
    if (args[0] === 'fault') {
      const { values, positionals } = parsed(args.slice(1), { url: text, data: text, json: flag })
      return fault(positionals, values)
    }
    const { values } = parsed(args, { port: text, data: text, province: text, json: flag })
    await demo({ ...values, port: portOf(values.port) })
  },
  config: (args) => {
    const { values } = parsed(args, { data: text, config: text, json: flag })
    showConfig({ dataDir: values.data }, values.config, values.json)
  },
  secret: async (args) => {
    const { values, positionals } = parsed(args, { data: text, config: text, 'key-out': text })
    const { secret } = await import('./secret.ts')
    return secret(positionals, values)
  },
  backup: async (args) => {
    const options = {
      data: text,
      config: text,
      encrypt: flag,
      'passphrase-file': text,
      keep: text,
      json: flag,
    }
    const { values, positionals } = parsed(args, options)
    const { backup } = await import('./backup.ts')
    return backup(positionals, values)
  },
  restore: async (args) => {
    const place = { data: text, 'database-url': text, force: flag, json: flag }
    const keys = { 'passphrase-file': text, key: text, 'without-key': flag }
    const { values, positionals } = parsed(args, { ...place, ...keys })
    const { restore } = await import('./restore.ts')
    return restore(positionals, values)
  },
  doctor: async (args) => {
    const { values } = parsed(args, { data: text, config: text, full: flag, json: flag })
    const { doctor } = await import('./doctor.ts')
    return doctor(values)
  },
  user: async (args) => {
    const account = { name: text, region: text, phone: text, email: text, post: text }
    const { values, positionals } = parsed(args, { ...account, q: text, state: text, ...administrative })
    const { user } = await import('./user.ts')
    return user(positionals, values)
  },
  grant: async (args) => {
    const options = { user: text, team: text, role: text, region: text, days: text, ...administrative }
    const { values, positionals } = parsed(args, options)
    const { grant } = await import('./grant.ts')
    return grant(positionals, values)
  },
  token: async (args) => {
    const permission = { type: 'string', multiple: true } as const
    const options = { user: text, name: text, permission, region: text, days: text, ...administrative }
    const { values, positionals } = parsed(args, options)
    const { token } = await import('./token.ts')
    return token(positionals, values)
  },
  audit: async (args) => {
    const { values, positionals } = parsed(args, { data: text, config: text, file: text, json: flag })
    const { audit } = await import('./audit.ts')
    return audit(positionals, values)
  },
  search: async (args) => {
    const { values, positionals } = parsed(args, { data: text, config: text, json: flag })
    const { search } = await import('./search.ts')
    return search(positionals, values)
  },
  series: async (args) => {
    const place = { data: text, config: text, json: flag }
    const { values, positionals } = parsed(args, { ...place, from: text, to: text, since: text, until: text })
    const { series } = await import('./series.ts')
    return series(positionals, values)
  },
  'collector-release': async (args) => {
    const { values, positionals } = parsed(args, { data: text, config: text, json: flag })
    const { collectorRelease } = await import('./collector-release.ts')
    return collectorRelease(positionals, values)
  },
  collect: (args) => runCollectorScript('main.ts', args),
  probe: (args) => runCollectorScript('probe.ts', args),
  profile: (args) => runCollectorScript('profile.ts', args),
  version: () => console.log(version),
  help: () => console.log(usage[cliLanguage()]),
}

const synonyms: Record<string, string> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
}

function parsed<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new Failure((error as Error).message, 2)
  }
}

function portOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const port = Number(value)
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Failure(`--port ${value}: 0–65535`, 2)
  return port
}

async function run([word = 'help', ...args]: string[]): Promise<number> {
  const command = commands[synonyms[word] ?? word]
  if (!command) throw new Failure(`${word}?\n\n${usage[cliLanguage()]}`, 2)
  return (await command(args)) ?? 0
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  const isExpected = [Failure, ConfigError, SecretError].some((known) => error instanceof known)
  const { message } = error as Error
  console.error(isExpected ? `zongheng: ${message}` : withoutPasswords(inspect(error)))
  process.exitCode = error instanceof Failure ? error.exitCode : 1
}
