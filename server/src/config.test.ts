import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, loadConfig, secretVariables, type Config, type ConfigName } from './config.ts'

let dataDir: string
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'zongheng-config-'))))
afterEach(() => rmSync(dataDir, { recursive: true }))

const file = (text: string) => writeFileSync(join(dataDir, 'zongheng.yaml'), text)
const load = (env: NodeJS.ProcessEnv = {}, options: Partial<Config> = {}) =>
  loadConfig({ ZONGHENG_DATA_DIR: dataDir, ...env }, options)
const originOf = (name: ConfigName, loaded: ReturnType<typeof load>) =>
  loaded.entries.find((entry) => entry.name === name)!.origin

describe('what is in force', () => {
  it('is the default, the file, the environment or the option, the last that speaks', () => {
    expect(load().config.port).toBe(8080)
    file('port: 1\n')
    expect(load().config.port).toBe(1)
    expect(load({ ZONGHENG_PORT: '2' }).config.port).toBe(2)
    const loaded = load({ ZONGHENG_PORT: '2' }, { port: 3 })
    expect(loaded.config.port).toBe(3)
    expect(originOf('port', loaded)).toBe('option')
    expect(originOf('port', load({ ZONGHENG_PORT: '2' }))).toBe('environment')
    expect(originOf('port', load())).toBe('file')
    expect(originOf('host', load())).toBe('default')
  })

  it.each([
    [{}, /^sqlite:.*zongheng\.db$/],
    [{ DATABASE_URL: 'postgres://db/zh' }, /^postgres:\/\/db\/zh$/],
    [{ DATABASE_URL: 'postgres://db/a', ZONGHENG_DATABASE_URL: 'postgres://db/b' }, /^postgres:\/\/db\/b$/],
  ])('the database of %j', (env, url) => {
    expect(load(env).config.databaseUrl).toMatch(url)
  })

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['10.0.0.0/8, 2001:db8::1', '10.0.0.0/8, 2001:db8::1'],
    ['loopback', 'loopback'],
  ])('trustProxy %s', (text, value) => {
    expect(load({ ZONGHENG_TRUST_PROXY: text }).config.trustProxy).toBe(value)
  })
})

describe('what is wrong is named with its place', () => {
  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['a port that is none', { ZONGHENG_PORT: 'eighty' }, /^ZONGHENG_PORT: port must be/],
    ['a port too high', { ZONGHENG_PORT: '70000' }, /^ZONGHENG_PORT: port must be <= 65535/],
    ['an unknown log level', { ZONGHENG_LOG_LEVEL: 'loud' }, /^ZONGHENG_LOG_LEVEL: logLevel/],
    ['a proxy that is none', { ZONGHENG_TRUST_PROXY: 'proxy.example' }, /^ZONGHENG_TRUST_PROXY: trustProxy/],
    ['another kind of database', { DATABASE_URL: 'mysql://x' }, /^DATABASE_URL: databaseUrl/],
    [
      'a file that is not there',
      { ZONGHENG_CONFIG: '/nowhere.yaml' },
      /no configuration file at \/nowhere\.yaml/,
    ],
  ])('%s', (_, env, message) => {
    expect(() => load(env)).toThrow(ConfigError)
    expect(() => load(env)).toThrow(message)
  })

  it.each([
    ['an unknown name', 'prot: 1\n', /zongheng\.yaml: unknown setting prot; known: dataDir/],
    ['a list', '- 1\n', /zongheng\.yaml: expected names and values/],
    ['no YAML', 'port: [1\n', /zongheng\.yaml: Flow sequence/],
    ['a wrong value', 'port: many\n', /zongheng\.yaml: port must be integer/],
  ])('%s in the file', (_, text, message) => {
    file(text)
    expect(() => load()).toThrow(ConfigError)
    expect(() => load()).toThrow(message)
  })
})

it('the variables that hold secrets are known, so that only the server is given them', () => {
  expect(secretVariables).toEqual([
    'ZONGHENG_DATABASE_URL',
    'DATABASE_URL',
    'ZONGHENG_SERIES_URL',
    'ZONGHENG_METRICS_TOKEN',
    'ZONGHENG_HEARTBEAT_URL',
    'ZONGHENG_SECRET_KEY',
    'ZONGHENG_SIMULATOR_TOKEN',
  ])
})
