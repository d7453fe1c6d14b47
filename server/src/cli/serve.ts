import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig, type Config } from '../config.ts'
import { readCertificate } from '../http/certificate.ts'
import { nodeOptions } from './child.ts'
import { compileAhead } from './compiled.ts'
import { lockData } from './data-lock.ts'
import { cliLanguage } from './language.ts'
import { Platform, type PlatformOptions, type PlatformReady } from './platform.ts'
import { version } from '../version.ts'

const connectAtMostMs = 60_000

/** `zongheng serve`: the server and a local collector, until Ctrl-C or SIGTERM. */
export async function serve(settings: Partial<Config>): Promise<void> {
  const { config } = loadConfig(process.env, settings)
  readCertificate(config, Date.now()) // what is wrong with it is said here, and not by a child's log
  const { dataDir, logLevel } = config
  const options = { settings: { ...settings, dataDir, logLevel }, dataDir }
  await runPlatform(options, ({ server }) => {
    console.log(banners[cliLanguage()](server.url, server.setupCode))
  })
}

const banners = {
  zh: (url: string, code: string | null) =>
    [
      `纵横 ${version}`,
      `控制台  ${url}`,
      ...(code ? [`设置码  ${code}（首次打开控制台时填写）`] : []),
      'Ctrl-C 停止',
    ].join('\n'),
  en: (url: string, code: string | null) =>
    [
      `Zongheng ${version}`,
      `console     ${url}`,
      ...(code ? [`setup code  ${code} (asked for on the first-run page)`] : []),
      'Ctrl-C stops it',
    ].join('\n'),
}

/** Starts the processes, announces them, waits for a signal, stops them. Throws when they cannot be started. */
export async function runPlatform(
  options: Pick<PlatformOptions, 'settings' | 'dataDir' | 'simulator'>,
  announce: (ready: PlatformReady) => void,
  cleanUp: () => void = () => {},
): Promise<void> {
  const stopAsked = signalled()
  const unlock = lockData(options.dataDir)
  const report = (line: string) => console.error(`zongheng: ${line}`)
  const platform = new Platform({ ...options, collectorName: '本机采集器', report })
  try {
    await compileAhead(nodeOptions).catch((error: Error) => report(error.message))
    const starting = startAndConnect(platform, report)
    const ready = await Promise.race([starting, stopAsked])
    if (ready) {
      announce(ready)
      await stopAsked
    } else {
      starting.catch((error: Error) => report(error.message))
    }
  } finally {
    await platform.stop()
    unlock()
    cleanUp()
  }
}

async function startAndConnect(platform: Platform, report: (line: string) => void): Promise<PlatformReady> {
  const ready = await platform.start()
  const late = delay(connectAtMostMs, 'late', { ref: false })
  if ((await Promise.race([ready.collectorConnected, late])) === 'late')
    report('the collector has not reached the server yet')
  return ready
}

/** Ctrl-C or SIGTERM, the first of any number; or the end of whoever started us with IPC. */
function signalled(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(undefined))
  })
}
