import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { buildApp, type App } from './app.ts'
import { loadConfig } from './config.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { EventBus } from './events.ts'
import { createLog } from './log.ts'
import type { ServerReady } from './ready.ts'
import { loadSecretBox } from './secret-box.ts'
import { EmbeddedSeries } from './series/embedded.ts'
import { createServices, startServices, stopServices, type Context, type Services } from './services.ts'
import { demoAccounts } from './setup/demo-accounts.ts'

const { config } = loadConfig()
const log = createLog(config.logLevel)

async function start(): Promise<void> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const db = openDatabase(config.databaseUrl)
  await migrate(db)
  const secrets = loadSecretBox(config.secretKey, join(config.dataDir, 'secret.key'))
  const series = new EmbeddedSeries(join(config.dataDir, 'series.db'), fail)
  const context = { config, db, log, bus: new EventBus(), clock: Date.now, secrets, series }
  const services = createServices(context)
  const accounts = config.demo ? await prepareDemo(services) : []
  const app = await buildApp(context, services)
  await startServices(services)
  await app.listen({ host: config.host, port: config.port })
  stopOnRequest(context, services, app)
  await tellParent(app, services, accounts)
}

async function prepareDemo({ setup, identity }: Services) {
  await setup.foundDemo(config.demoProvince)
  return demoAccounts(identity, config.dataDir)
}

async function tellParent(app: App, { setup }: Services, accounts: ServerReady['accounts']): Promise<void> {
  const { port } = app.server.address() as AddressInfo
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const ready: ServerReady = {
    kind: 'ready',
    url,
    accounts,
    setupCode: (await setup.needed()) ? setup.code : null,
    collector: null,
  }
  process.send?.(ready)
}

/** SIGTERM, or the parent's end. Ctrl-C reaches the whole group of processes: the parent stops us in its order. */
function stopOnRequest({ db }: Context, services: Services, app: App): void {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    await app.close()
    await stopServices(services)
    await services.series.close()
    await db.destroy()
    log.info('stopped')
    process.exit(0)
  }
  const stopOrFail = () => void stop().catch(fail)
  process.once('SIGTERM', stopOrFail)
  process.once('disconnect', stopOrFail)
  if (process.send) process.on('SIGINT', () => {})
  else process.once('SIGINT', stopOrFail)
}

function fail(error: unknown): void {
  log.fatal({ err: error }, 'the server ends')
  process.exit(1)
}

start().catch(fail)
