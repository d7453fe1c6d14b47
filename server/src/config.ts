import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static, type TProperties, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Convert } from 'typebox/value'
import { parse } from 'yaml'
import { seriesUrlPattern } from './series/stores/address.ts'

const proxyRange = '(loopback|linklocal|uniquelocal|[0-9a-fA-F.:]+(/[0-9]{1,3})?)'
const proxyList = `^${proxyRange}( *, *${proxyRange})*$`

/** What an operator can set. `secret` is masked wherever it is shown; `env` names a variable beside `ZONGHENG_…`. */
const ConfigSchema = Type.Object({
  dataDir: Type.String({
    default: 'data',
    description: 'Folder of everything embedded: databases, keys, files',
  }),
  host: Type.String({ default: '127.0.0.1', description: 'Address to listen on; 0.0.0.0 for all' }),
  port: Type.Integer({ default: 8080, minimum: 0, maximum: 65535, description: 'Port to listen on' }),
  databaseUrl: Type.String({
    default: '',
    env: 'DATABASE_URL',
    secret: true,
    pattern: '^(|sqlite:.+|postgres(ql)?://.+)$',
    description: 'postgres://… instead of the embedded SQLite in the data folder',
  }),
  seriesUrl: Type.String({
    default: '',
    secret: true,
    pattern: seriesUrlPattern,
    description:
      'Where measured values are kept instead of the data folder: victoriametrics+http://…:8428 or influxdb+http://…:8086/database',
  }),
  seriesCapacity: Type.Integer({
    default: 50_000,
    minimum: 1000,
    maximum: 1_000_000,
    description:
      'Series that the data folder is to hold: nearing it is warned of. 50,000 want 60 MiB of memory, more want more',
  }),
  timezone: Type.String({ default: 'Asia/Shanghai', description: 'Where days and months are cut' }),
  logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Least severe line that is logged',
  }),
  trustProxy: Type.Union([Type.Boolean(), Type.String({ pattern: proxyList })], {
    default: false,
    description: 'Reverse proxies whose X-Forwarded-* is believed: addresses, CIDR; true: whoever connects',
  }),
  publicOrigin: Type.String({
    default: '',
    pattern: '^(|https?://[^/]+)$',
    description: 'Origin that browsers see, when a proxy changes it: https://zongheng.example.gov.cn',
  }),
  tlsCert: Type.String({
    default: '',
    description: 'Certificate in PEM, its chain below it: the server speaks HTTPS then',
  }),
  tlsKey: Type.String({ default: '', description: 'Private key of tlsCert, in PEM' }),
  requestsPerMinute: Type.Integer({
    default: 600,
    minimum: 10,
    description: 'Calls of the API that one session may make; an address without sign-in a fifth of them',
  }),
  metricsToken: Type.String({
    default: '',
    secret: true,
    pattern: '^(|\\S{16,200})$',
    description: 'Lets a Prometheus server elsewhere read /metrics: `Authorization: Bearer …`',
  }),
  logKeepDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    description: 'Days that traps and syslog are kept',
  }),
  logMaxRecords: Type.Integer({
    default: 5_000_000,
    minimum: 10_000,
    description: 'Traps and syslog messages that are kept at most: beyond, the oldest days are given up',
  }),
  fileMaxMb: Type.Integer({
    default: 20,
    minimum: 1,
    maximum: 500,
    description: 'The largest file that can be attached, MB',
  }),
  clamdUrl: Type.String({
    default: '',
    pattern: '^(|tcp://[^/\\s]+|unix:/\\S+)$',
    description:
      'A clamd that looks through what is attached before anyone gets it: tcp://host:3310 or unix:/path',
  }),
  heartbeatUrl: Type.String({
    default: '',
    secret: true,
    pattern: '^(|https?://.+)$',
    description: 'Told by POST that this server decides; whoever misses that raises the alarm',
  }),
  heartbeatIntervalS: Type.Integer({
    default: 60,
    minimum: 10,
    maximum: 3600,
    description: 'Seconds from one heartbeat to the next',
  }),
  secretKey: Type.String({
    default: '',
    secret: true,
    pattern: '^(|[0-9a-fA-F]{64})$',
    description: '32 octets in hex; by default a key file in the data folder',
  }),
  demo: Type.Boolean({ default: false, description: 'A simulated province; set by `zongheng demo`' }),
  demoProvince: Type.String({
    default: '130000',
    pattern: '^\\d{6}$',
    description: 'GB/T 2260 code of the simulated province; set by `zongheng demo`',
  }),
  simulatorUrl: Type.String({ default: '', description: 'Control of the simulator; set by `zongheng demo`' }),
  simulatorToken: Type.String({ default: '', secret: true, description: 'For that control' }),
  simulatorPort: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 65535,
    description: 'UDP port of the simulated devices',
  }),
})

export type Config = Static<typeof ConfigSchema>
export type ConfigName = keyof Config
export type ConfigOrigin = 'default' | 'file' | 'environment' | 'option'

export interface ConfigEntry {
  name: ConfigName
  value: Config[ConfigName]
  origin: ConfigOrigin
  /** The file, variable or option that set it. */
  from: string
  secret: boolean
  description: string
}

export interface LoadedConfig {
  config: Config
  entries: ConfigEntry[]
}

export class ConfigError extends Error {}

type Raw = Record<string, unknown>
type Setting = TSchema & {
  default: Config[ConfigName]
  description: string
  secret?: true
  env?: string
  anyOf?: TSchema[]
}

const settings = ConfigSchema.properties as TProperties as Record<ConfigName, Setting>
const names = Object.keys(settings) as ConfigName[]

/** `dataDir` → `ZONGHENG_DATA_DIR`. */
export const envName = (name: ConfigName) =>
  `ZONGHENG_${name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`

/** Names of the variables that hold secrets. */
export const secretVariables = names
  .filter((name) => settings[name].secret)
  .flatMap((name) => [envName(name), settings[name].env ?? []].flat())

/**
 * Options beat the environment, the environment beats the file, the file beats the defaults.
 * The file is `configFile`, or `zongheng.yaml` in the data folder if there is one. Throws ConfigError naming the culprit.
 */
export function loadConfig(
  env: NodeJS.ProcessEnv = process.env,
  options: Partial<Config> = {},
  configFile = env.ZONGHENG_CONFIG,
): LoadedConfig {
  const dataDir = resolve(options.dataDir ?? env[envName('dataDir')] ?? (settings.dataDir.default as string))
  const file = configFile ?? join(dataDir, 'zongheng.yaml')
  if (configFile && !existsSync(configFile)) throw new ConfigError(`no configuration file at ${configFile}`)
  const fromFile = existsSync(file) ? readFile(file) : {}
  const entries = names.map((name) => entry(name, options, env, fromFile, file))
  const config = Object.fromEntries(entries.map(({ name, value }) => [name, value])) as unknown as Config
  config.dataDir = resolve(config.dataDir)
  config.databaseUrl ||= `sqlite:${join(config.dataDir, 'zongheng.db')}`
  return { config, entries }
}

function parsed(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) ?? {}
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`, { cause: error })
  }
}

function readFile(file: string): Raw {
  const content = parsed(file)
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new ConfigError(`${file}: expected names and values`)
  const unknown = Object.keys(content).filter((key) => !names.includes(key as ConfigName))
  if (unknown.length > 0)
    throw new ConfigError(`${file}: unknown setting ${unknown.join(', ')}; known: ${names.join(', ')}`)
  return content as Raw
}

function entry(
  name: ConfigName,
  options: Partial<Config>,
  env: NodeJS.ProcessEnv,
  file: Raw,
  path: string,
): ConfigEntry {
  const setting = settings[name]
  const variable = [envName(name), setting.env ?? ''].find((key) => env[key] !== undefined && env[key] !== '')
  const about = { name, secret: setting.secret === true, description: setting.description }
  const checked = (raw: unknown, from: string) => check(setting, raw, `${from}: ${name}`)
  if (options[name] !== undefined)
    return { ...about, value: checked(options[name], 'option'), origin: 'option', from: 'option' }
  if (variable)
    return { ...about, value: checked(env[variable], variable), origin: 'environment', from: variable }
  if (name in file) return { ...about, value: checked(file[name], path), origin: 'file', from: path }
  return { ...about, value: setting.default, origin: 'default', from: 'default' }
}

function check(setting: Setting, raw: unknown, where: string): Config[ConfigName] {
  // of several types, the first that it can be
  const value = (setting.anyOf ?? [setting])
    .map((type) => ({ type, value: Convert(type, raw) }))
    .find((one, i, all) => i === all.length - 1 || Compile(one.type).Check(one.value))?.value
  const error = Compile(setting).Errors(value).at(-1)
  if (error) throw new ConfigError(`${where} ${error.message}`)
  return value as Config[ConfigName]
}
