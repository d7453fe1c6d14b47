import { AlarmService } from './alarms/service.ts'
import { AuditService } from './audit/service.ts'
import { AuditTrail } from './audit/trail.ts'
import { deviceJobs } from './automation/device-jobs.ts'
import type { Jobs } from './automation/jobs.ts'
import { AutomationService } from './automation/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db/database.ts'
import type { EventBus } from './events.ts'
import { Decider } from './decider.ts'
import { DemoService } from './demo/service.ts'
import { Simulator } from './demo/simulator.ts'
import { DeskService } from './desk/service.ts'
import { DeviceService } from './estate/device-service.ts'
import { ImportService } from './estate/import/service.ts'
import { LinkService } from './estate/link-service.ts'
import { EstateService } from './estate/service.ts'
import { IdentityService } from './identity/service.ts'
import type { Log } from './log.ts'
import { Realtime } from './realtime/service.ts'
import type { SecretBox } from './secret-box.ts'
import { SeriesService } from './series/service.ts'
import type { SeriesStore } from './series/store.ts'
import { SetupService } from './setup/service.ts'
import { startOfMonth } from './state/month.ts'
import { StateService } from './state/service.ts'
import { CollectorGateway, type FactTakers } from './uplink/gateway.ts'
import { UplinkService } from './uplink/service.ts'

/** What every module may need. */
export interface Context {
  config: Config
  db: Db
  log: Log
  bus: EventBus
  clock: Clock
  secrets: SecretBox
  series: SeriesStore
}

export type Services = ReturnType<typeof createServices>

/** The one place where modules are handed what they need of one another. Nothing runs yet. */
export function createServices(context: Context) {
  const { config, db, bus, clock, log, secrets } = context
  const audit = new AuditTrail({ db, clock, secrets })
  const auditing = new AuditService({
    db,
    bus,
    clock,
    log,
    dataDir: config.dataDir,
    trail: audit,
    keepDays: () => Promise.resolve(365),
  })
  const identity = new IdentityService({ db, bus, clock, audit, secrets })
  const state = new StateService({ db, clock })
  const estate = new EstateService({
    db,
    bus,
    clock,
    secrets,
    readings: state,
    openTicketsOf: (ids) => desk.openTicketOf(ids),
  })
  const setup = new SetupService({ db, clock, secrets, identity, estate })
  const uplink = new UplinkService({ db, clock })
  const desk: DeskService = new DeskService({
    db,
    bus,
    clock,
    timezone: config.timezone,
    identity,
    sites: async () => (await estate.model()).sites,
    alarm: (viewer, id) => alarms.forDesk(viewer, id),
  })
  const automation = new AutomationService({ db, bus, clock, log, identity, estate, desk })
  const alarms = new AlarmService({ db, bus, clock, state, desk, namesOf: (ids) => identity.namesOf(ids) })
  const decider = new Decider({ db, bus, clock, log, series: context.series, state, alarms, uplink })
  const gateway = new CollectorGateway({
    db,
    bus,
    clock,
    log,
    uplink,
    state,
    decider,
    openCredential: async (id) => (await estate.snmpCredentials([id])).get(id),
    facts: factTakers(estate, automation.jobs),
  })
  const realtime = new Realtime({
    bus,
    log,
    state,
    alarms,
    linksByIds: (ids) => estate.linksByIds(ids),
    ticketsByIds: (ids) => desk.tickets(ids),
  })
  const devices = new DeviceService({
    db,
    clock,
    secrets,
    estate,
    identity,
    jobs: deviceJobs(automation.jobs),
  })
  const links = new LinkService({
    db,
    estate,
    readings: state,
    monthPercentOf: (ids) => state.percentSince(ids, startOfMonth(clock(), config.timezone)),
  })
  const imports = new ImportService({ db, identity, estate })
  const series = new SeriesService(context.series, estate)
  const simulator = new Simulator(config.simulatorUrl, config.simulatorToken)
  const demo = new DemoService({ db, identity, estate, simulator })
  return {
    audit,
    auditing,
    identity,
    setup,
    state,
    estate,
    devices,
    links,
    imports,
    series,
    demo,
    uplink,
    desk,
    automation,
    alarms,
    decider,
    gateway,
    realtime,
  }
}

/** What a collector's facts lead to. */
function factTakers(estate: EstateService, jobs: Jobs): FactTakers {
  return {
    device: async (tx, fact) => {
      const isNew = await estate.applyFact(tx, fact)
      return () => isNew && estate.changedSoon([fact.deviceId])
    },
    job: async (tx, fact) => {
      const end = await jobs.apply(tx, fact)
      return () => end && jobs.tell(end)
    },
    waitingJobs: (collectorId) => jobs.waitingFor(collectorId),
  }
}

/** Once the database is there and before the first request: what has to read it, or to watch the clock. In order. */
export async function startServices({ automation, decider, auditing }: Services): Promise<void> {
  await automation.start()
  await decider.start()
  auditing.start()
}

/** The other way round: nothing may write once this is done. */
export async function stopServices({ automation, auditing, decider, realtime }: Services): Promise<void> {
  realtime.stop()
  automation.stop()
  await decider.stop()
  await auditing.stop()
}
