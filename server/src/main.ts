import { demoDuty } from './demo/duty.ts'
import { demoPeople } from './setup/demo-people.ts'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { Server as TlsServer } from 'node:tls'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { EventBus } from './events.ts'
import { CertificateKeeper, readCertificate, type Certificate } from './http/certificate.ts'
import { createLog } from './log.ts'
import type { ServerMessage } from './ready.ts'
import { openSecrets } from './secrets/open.ts'
import { EmbeddedSeries } from './series/embedded.ts'
import { openOutside } from './series/stores/open.ts'
import { startServices, stopServices } from './lifecycle.ts'
import { createServices, type Context, type Services } from './services.ts'
import { seedChanges } from './demo/changes.ts'
import { demoRequests } from './demo/requests.ts'
import { demoPlans } from './demo/plans.ts'
import { demoAnswers } from './demo/answers.ts'
import { demoCalls } from './demo/calls.ts'
import { demoDeskRules } from './demo/desk-rules.ts'
import { demoTickets } from './demo/tickets.ts'
import { demoWindows } from './demo/windows.ts'
import { demoLogs } from './demo/logs.ts'
import { demoHistory } from './demo/history.ts'
import { demoAccounts } from './setup/demo-accounts.ts'

const { config } = loadConfig()
const log = createLog(config.logLevel)
const localCollectorName = '本机采集器'

async function run(): Promise<void> {
  const stopAsked = stopSignal()
  const certificate = readCertificate(config, Date.now())
  const context = await openContext()
  const services = createServices(context)
  const collector = await localCollector(context, services, null)
  const accounts = config.demo ? await prepareDemo(context, services, collector.id) : []
  const app = await buildApp(context, services, certificate)
  await startServices(services)
  if (context.series instanceof EmbeddedSeries) context.series.keepLong(() => keptLong(services))
  context.bus.on('collector.arrived', () => tellParent({ kind: 'collector-connected' }))
  services.knowledge.start()
  await services.items.fill()
  await app.listen({ host: config.host, port: config.port })
  const keeper = certificate && keepCertificate(context, app.server as unknown as TlsServer, certificate)
  const url = urlOf(app.server.address() as AddressInfo, certificate ? 'https' : 'http')
  if (config.demo) {
    await services.demo.seedChecks(url)
    await services.demo.seedServices()
    await seedDuty(services, context)
    await services.windows.seed(demoWindows(services.state.model, context.clock(), config.timezone))
    await services.demo.seedDeskRules(() => demoDeskRules(services))
    await services.demo.seedAnswers(() => demoAnswers(services))
    await services.demo.seedTickets(() => demoTickets(services))
    await demoCalls(services, context.clock())
    const plans = demoPlans(services.state.model, context.clock(), config.timezone)
    await services.bookings.seed(plans.bookings)
    await services.planning.seed(plans.freezes, plans.models)
    await seedChanges(services, context.clock(), config.timezone)
    await services.demo.seedRequests(() => demoRequests(services, context.clock()))
    await services.listening.seed(collector.id, demoLogs(services.state.model, context.clock()))
  }
  const { setup } = services
  const setupCode = (await setup.needed()) ? setup.code : null
  tellParent({
    kind: 'ready',
    url,
    accounts,
    setupCode,
    collector,
    certificate: certificate && resolve(config.tlsCert),
  })

  await stopAsked
  keeper?.close()
  await app.close()
  await stopServices(services)
  await context.series.close()
  await context.db.destroy()
  log.info('stopped')
}

async function openContext(): Promise<Context> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const db = openDatabase(config.databaseUrl, (err) => log.warn({ err }, 'a database connection was lost'))
  await migrate(db)
  const secrets = await openSecrets(db, config)
  const outside = openOutside(config.seriesUrl, { dataDir: config.dataDir, clock: Date.now, log })
  if (outside) void outside.tellComplaints()
  const series = outside ?? openEmbedded()
  return { config, db, log, bus: new EventBus(), clock: Date.now, secrets, series }
}

function openEmbedded(): EmbeddedSeries {
  const onTrouble = (err: Error) => log.error({ err }, 'the series could not be packed; it is tried again')
  const { timezone: timeZone, seriesCapacity: mostSeries } = config
  return new EmbeddedSeries(join(config.dataDir, 'series.db'), fail, { timeZone, mostSeries, onTrouble })
}

/** Circuits and the interfaces at their ends: raw for a year, so that a carrier can be held to what it promised. */
function* keptLong({ state }: Services): Generator<string> {
  for (const { id, a, z } of state.model.circuits.values()) yield* [id, a.interfaceId, z.interfaceId]
}

/** Its key is ours to derive: it runs on while we are started again. */
function localCollector({ secrets }: Context, { uplink }: Services, siteId: string | null) {
  return uplink.enrolment.local(
    localCollectorName,
    siteId,
    secrets.derive('local collector').toString('base64url'),
  )
}

/** The province as the simulator plays it, seen from where the local collector stands, and its people. */
async function prepareDemo(context: Context, services: Services, collectorId: string) {
  const { demoProvince, simulatorPort, dataDir } = config
  await services.setup.foundDemo(demoProvince)
  const siteId = await services.demo.seed({ provinceCode: demoProvince, port: simulatorPort, collectorId })
  await services.state.recordPast(async () => demoHistory(await services.estate.model(), context.clock()))
  await localCollector(context, services, siteId)
  services.estate.changed([])
  return demoAccounts(services.identity, dataDir, context.clock())
}

function urlOf({ port }: AddressInfo, scheme: 'http' | 'https'): string {
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const keepCertificate = ({ log, clock }: Context, server: TlsServer, certificate: Certificate) =>
  new CertificateKeeper(server, certificate, { files: config, log, clock })

function tellParent(message: ServerMessage): void {
  process.send?.(message)
}

/** SIGTERM, or the parent's end. Ctrl-C reaches the whole group of processes: there the parent stops us in its order. */
async function stopSignal(): Promise<void> {
  if (process.send) process.on('SIGINT', () => {})
  const signals = ['SIGTERM', 'disconnect', ...(process.send ? [] : ['SIGINT'])]
  await Promise.race(signals.map((signal) => once(process, signal)))
}

function fail(error: unknown): void {
  log.fatal({ err: error }, 'the server ends')
  process.exit(1)
}

if (import.meta.main) {
  // Through the log, which masks secrets: what Node prints by itself does not.
  process.on('uncaughtException', fail).on('unhandledRejection', fail)
  run().then(() => process.exit(0), fail)
}

/** Whoever works on the network in the demo's province or below takes turns. */
async function seedDuty({ identity, notify }: Services, { clock, config }: Context): Promise<void> {
  const root = await identity.rootRegion()
  const names = demoPeople.filter(({ team }) => team === '网络组').map(({ username }) => username)
  const ids = await Promise.all(names.map((name) => identity.userNamed(name)))
  const userIds = ids.filter((id) => id !== undefined)
  if (root && userIds.length > 0) await notify.seed(demoDuty(root.id, userIds, clock(), config.timezone))
}
