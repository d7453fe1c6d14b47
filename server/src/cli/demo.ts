import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { loadConfig, type Config } from '../config.ts'
import { findProvince } from '../identity/regions/divisions.ts'
import type { DemoAccount } from '../setup/demo-accounts.ts'
import { version } from '../version.ts'
import { Failure } from './failure.ts'
import { aligned, cliLanguage, type CliLanguage } from './language.ts'
import { runPlatform } from './serve.ts'

export interface DemoOptions {
  port?: number
  /** Kept; without it a folder that goes with the demo. */
  data?: string
  province?: string
  json: boolean
}

/** What a data folder remembers of its demo: for the next start, and for `zongheng demo fault`. */
export interface DemoState {
  url: string
  username: string
  password: string
  accounts: DemoAccount[]
  provinceCode: string
  simulatorPort: number
}

export const demoFolderPrefix = () => join(tmpdir(), `zongheng-demo-${userInfo().uid}-`)
const stateFile = (dataDir: string) => join(dataDir, 'demo.json')
const firstPort = 8080

export function readDemoState(dataDir: string): DemoState | undefined {
  const file = stateFile(dataDir)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoState) : undefined
}

/** The whole province has some 103,000 series. */
const provinceSeries = 150_000

/** `zongheng demo`: a simulated province, a collector and the server. */
export async function demo(options: DemoOptions): Promise<void> {
  const dataDir = options.data ? resolve(options.data) : mkdtempSync(demoFolderPrefix())
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const before = readDemoState(dataDir)
  const provinceCode = chooseProvince(options.province, before)
  const port = options.port ?? (await freePort(firstPort))
  const quiet = quietUnlessAsked(dataDir)
  const settings = {
    dataDir,
    port,
    demo: true,
    logLevel: quiet,
    seriesCapacity: provinceSeries,
    tlsCert: '',
    tlsKey: '',
  }
  const simulator = {
    provinceCode,
    port: before?.simulatorPort ?? 0,
    token: randomBytes(24).toString('base64url'),
  }
  await runPlatform(
    { settings, dataDir, simulator },
    (ready) => {
      const { url, accounts } = ready.server
      const { username, password } = accounts[0]!
      const state = { url, username, password, accounts, provinceCode, simulatorPort: ready.simulator!.port }
      writeFileSync(stateFile(dataDir), JSON.stringify(state, null, 2) + '\n', { mode: 0o600 })
      console.log(
        options.json ? JSON.stringify({ url, username, password, accounts }) : banner(state, cliLanguage()),
      )
    },
    () => {
      if (!options.data) rmSync(dataDir, { recursive: true, force: true })
    },
  )
}

/** Whoever watches the demo wants its address, not its log. */
function quietUnlessAsked(dataDir: string): Config['logLevel'] {
  const { config, entries } = loadConfig(process.env, { dataDir })
  return entries.find(({ name }) => name === 'logLevel')!.origin === 'default' ? 'warn' : config.logLevel
}

function chooseProvince(wanted: string | undefined, before: DemoState | undefined): string {
  const province = findProvince(wanted ?? before?.provinceCode ?? '130000')
  if (!province) throw new Failure(`没有这个省：${wanted} (no such province)`, 2)
  if (before && before.provinceCode !== province.code) {
    throw new Failure(
      `该数据目录已是 ${before.provinceCode} 的演示 (this data folder holds the demo of ${before.provinceCode})`,
      2,
    )
  }
  return province.code
}

/** The first port from here that nobody listens on. */
async function freePort(from: number): Promise<number> {
  for (let port = from; port < from + 100; port++) if (await isFree(port)) return port
  return 0
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve: answer } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => answer(false))
  server.listen(port, '127.0.0.1', () => server.close(() => answer(true)))
  return promise
}

const words = {
  zh: {
    title: `纵横 ${version} · 演示`,
    console: '控制台',
    user: '用户名',
    password: '密码',
    others: '其他账号',
    fault: '制造故障：npx zongheng demo fault add circuit-cut 电路编号',
    stop: 'Ctrl-C 停止',
  },
  en: {
    title: `Zongheng ${version} · demo`,
    console: 'console',
    user: 'user name',
    password: 'password',
    others: 'other accounts',
    fault: 'make a fault: npx zongheng demo fault add circuit-cut CIRCUIT_NUMBER',
    stop: 'Ctrl-C stops it',
  },
}

function banner({ url, username, password, accounts }: DemoState, language: CliLanguage): string {
  const w = words[language]
  const first = aligned([
    [w.console, url],
    [w.user, username],
    [w.password, password],
  ])
  const others = aligned(accounts.slice(1).map((a) => [a.username, a.password, a.role, a.displayName]))
  return [
    '',
    w.title,
    '',
    ...indented(first),
    '',
    w.others,
    ...indented(others),
    '',
    w.fault,
    w.stop,
    '',
  ].join('\n')
}

const indented = (lines: string[]) => lines.map((line) => `  ${line}`)
