import { join } from 'node:path'
import type { DeviceState } from '@zongheng/inventory/device.ts'
import { alarmsTouching } from './alarms/overlapping.ts'
import { IncidentPolicies } from './alarms/policy-service.ts'
import { AlarmService } from './alarms/service.ts'
import { Deputies } from './approvals/deputies.ts'
import { Reminding } from './approvals/reminding.ts'
import { ApprovalService } from './approvals/service.ts'
import { AuditService } from './audit/service.ts'
import { AuditTrail } from './audit/trail.ts'
import { deviceJobs } from './automation/device-jobs.ts'
import { AutomationService } from './automation/service.ts'
import { batteryReadings } from './availability/battery.ts'
import { AvailabilityService } from './availability/service.ts'
import { BookingService } from './bookings/service.ts'
import { BusinessService } from './business/service.ts'
import { CatalogueItems } from './catalogue/items.ts'
import { KnownRecords } from './catalogue/records.ts'
import { RequestService } from './catalogue/requests.ts'
import { CheckService } from './checks/service.ts'
import { Assessor } from './changes/assessing.ts'
import { ChangePlanning } from './changes/planning.ts'
import { ReviewWatch } from './changes/reviewing.ts'
import { ChangeService } from './changes/service.ts'
import { plannedChanges } from './changes/planned.ts'
import type { Clock } from './clock.ts'
import { ClockService } from './clocks/service.ts'
import { ConditionService } from './conditions/service.ts'
import type { Config } from './config.ts'
import type { Db } from './db/database.ts'
import type { EventBus } from './events.ts'
import { factTakers } from './fact-takers.ts'
import { Decider } from './decider.ts'
import { DemoService } from './demo/service.ts'
import { Simulator } from './demo/simulator.ts'
import { DeskService } from './desk/service.ts'
import { ticketDocs } from './desk/ticket-index.ts'
import { DrillService } from './drills/service.ts'
import { DeviceService } from './estate/device-service.ts'
import { ImportService } from './estate/import/service.ts'
import { CircuitService } from './estate/circuit-service.ts'
import { LinkService } from './estate/link-service.ts'
import { BusyLoad } from './impact/load.ts'
import { ImpactService } from './impact/service.ts'
import { leaveFormerCollectors } from './estate/hand-over.ts'
import { EstateService } from './estate/service.ts'
import { createAccounts } from './identity/accounts.ts'
import { createAdministration } from './identity/administration.ts'
import { createFederation } from './identity/providers/federation.ts'
import { HotlineService } from './hotline/service.ts'
import { IdentityService } from './identity/service.ts'
import type { Log } from './log.ts'
import { measuredEntities } from './measured-entities.ts'
import { ticketFiles } from './files/ticket-files.ts'
import { FileService } from './files/service.ts'
import { articleFiles } from './knowledge/article-files.ts'
import { KnowledgeService } from './knowledge/service.ts'
import { placeNamesOf } from './knowledge/place-names.ts'
import { vendorOf } from './knowledge/vendor.ts'
import { solvedSince } from './desk/solved.ts'
import { DiscoveryService } from './discovery/service.ts'
import { ProfileService } from './profiles/service.ts'
import { TopologyService } from './topology/service.ts'
import { kindOfId } from '@zongheng/inventory/id.ts'
import { MailService } from './mail/service.ts'
import { LogKeeper } from './listening/keeper.ts'
import { LogFindings } from './listening/log-findings.ts'
import { ListeningService } from './listening/service.ts'
import { NotifyService } from './notify/service.ts'
import { SentDrafts } from './portal/drafts.ts'
import { PortalService } from './portal/service.ts'
import { Realtime } from './realtime/service.ts'
import type { SecretBox } from './secret-box.ts'
import { SeriesService } from './series/service.ts'
import type { SeriesStore } from './series/contract.ts'
import { SearchService } from './search/service.ts'
import { CapacityWatch } from './self/capacity-watch.ts'
import { CollectorSeries } from './self/collector-series.ts'
import { Heartbeat } from './self/heartbeat.ts'
import { Measures } from './self/measures.ts'
import type { SelfSight } from './self/sight.ts'
import { databaseBytes } from './self/database-size.ts'
import { ProblemService } from './problems/service.ts'
import { RelationService } from './relations/service.ts'
import { SurroundingsService } from './topology/surroundings.ts'
import { PointImport } from './points/import.ts'
import { PointService } from './points/service.ts'
import { RoomService } from './rooms/service.ts'
import { SetupService } from './setup/service.ts'
import { CircuitUses } from './state/circuit-uses.ts'
import { DuplexWatch } from './state/duplex-watch.ts'
import { RoomJudge } from './state/room-judge.ts'
import { StationService } from './stations/service.ts'
import { StateService } from './state/service.ts'
import { ServiceJudge } from './state/service-judge.ts'
import { CollectorGateway } from './uplink/gateway.ts'
import { Releases } from './uplink/releases.ts'
import { TaskService } from './tasks/service.ts'
import { UplinkService } from './uplink/service.ts'
import { version } from './version.ts'
import { WindowService } from './windows/service.ts'

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
  const federation = createFederation({ db, bus, clock, log, audit, secrets })
  const verifiers = [federation.directories]
  const accounts = createAccounts({ db, bus, clock, log, audit, secrets, verifiers, demo: config.demo })
  const auditing = new AuditService({
    db,
    bus,
    clock,
    log,
    dataDir: config.dataDir,
    trail: audit,
    keepDays: async () => (await accounts.policy.get()).auditKeepDays,
  })
  const identity = new IdentityService({ db, clock })
  const search = new SearchService({ db, clock })
  const conditions = new ConditionService({
    db,
    clock,
    log,
    audit,
    identity,
    series: context.series,
    histories: (...asked) => state.spansOf(...asked),
  })
  const logFindings = new LogFindings()
  const uses = new CircuitUses({ db, clock, log, carriedAt: (id) => state.judge.carriedAt(id) })
  const duplexes = new DuplexWatch({
    log,
    halfPorts: () => estate.halfDuplexPorts(),
    duplexOf: (ids) => estate.duplexesOf(ids),
  })
  const roomJudge = new RoomJudge()
  const state: StateService = new StateService({
    db,
    clock,
    sources: [uses, duplexes, conditions.judge, logFindings, roomJudge, new ServiceJudge()],
    sensorLimits: (id) => conditions.judge.sensorSeverity(id),
    plannedOf: (...of) => windows.spans(...of),
    maintenance: (id) => windows.overlay(id),
  })
  const estate = new EstateService({
    db,
    bus,
    clock,
    secrets,
    audit,
    readings: state,
    openTicketsOf: (ids) => desk.openTicketOf(ids),
  })
  const windows: WindowService = new WindowService({
    db,
    bus,
    clock,
    audit,
    timezone: config.timezone,
    state,
    namesOf: (ids) => identity.namesOf(ids),
    firing: () => alarms.firing(),
  })
  const setup = new SetupService({
    db,
    clock,
    secrets,
    audit,
    identity,
    estate,
    founded: () => {
      knowledge.founded()
      items.founded()
    },
  })
  const releases = new Releases(join(config.dataDir, 'releases'))
  const uplink = new UplinkService({ db, bus, clock, audit, estate, releases })
  const desk: DeskService = new DeskService({
    db,
    bus,
    clock,
    audit,
    timezone: config.timezone,
    identity,
    sites: async () => (await estate.model()).sites,
    services: async () => (await estate.model()).services,
    alarm: (viewer, id) => alarms.forDesk(viewer, id),
    search,
    notify: {
      tellOf: (...of) => notify.tellOf(...of),
      onDutyOf: (...of) => notify.rosters.onDutyOf(...of),
    },
  })
  const clocks: ClockService = new ClockService({
    db,
    clock,
    log,
    audit,
    timezone: config.timezone,
    identity,
    desk,
    model: () => state.model,
  })
  const files = new FileService({
    db,
    clock,
    log,
    audit,
    folder: join(config.dataDir, 'files'),
    atMostBytes: config.fileMaxMb * 1024 * 1024,
    clamd: config.clamdUrl,
    namesOf: (ids) => identity.namesOf(ids),
  })
  files.ownedBy('ticket', ticketFiles(desk))
  search.sourcedBy('ticket', ticketDocs)
  const records = new KnownRecords({ identity, model: () => state.model })
  const items = new CatalogueItems({ db, clock, log, audit, identity, records })
  const reminding = new Reminding({
    db,
    bus,
    clock,
    log,
    desk,
    tellOf: (...notices) => notify.tellOf(...notices),
  })
  const approvals = new ApprovalService({ db, bus, clock, audit, identity, desk, reminding })
  const deputies = new Deputies({ db, clock, audit, identity })
  const tasks = new TaskService({ db, bus, clock, audit, identity, desk })
  desk.observe(approvals)
  desk.observe(tasks)
  const requests = new RequestService({
    db,
    bus,
    clock,
    audit,
    timezone: config.timezone,
    identity,
    desk,
    items,
    approvals,
    tasks,
    records,
    bookings: {
      book: (...order) => bookings.book(...order),
      release: (...of) => bookings.release(...of),
    },
  })
  const knowledge = new KnowledgeService({
    db,
    clock,
    log,
    audit,
    identity,
    search,
    desk,
    timezone: config.timezone,
    tellOf: (...of) => notify.tellOf(...of),
    wake: () => notify.sender.wake(),
    solvedSince: (viewer, sinceMs) => solvedSince(db, viewer, sinceMs),
    vendorOf: async (viewer, id) => (kindOfId(id) === 'device' ? vendorOf(estate, viewer, id) : null),
    placeNames: async () => placeNamesOf(await estate.model()),
  })
  files.ownedBy('article', articleFiles(knowledge))
  const mail = new MailService({
    db,
    bus,
    clock,
    log,
    audit,
    secrets,
    identity,
    desk,
    files,
    origin: config.publicOrigin,
  })
  const drills = new DrillService({
    db,
    clock,
    log,
    audit,
    state,
    windows,
    namesOf: (ids) => identity.namesOf(ids),
  })
  const automation = new AutomationService({ db, bus, clock, log, audit, identity, estate, desk })
  const alarms = new AlarmService({
    db,
    bus,
    clock,
    audit,
    state,
    desk,
    windows,
    notify: { take: (...steps) => notify.take(...steps) },
    namesOf: (ids) => identity.namesOf(ids),
  })
  const notify: NotifyService = new NotifyService({
    db,
    bus,
    clock,
    log,
    audit,
    secrets,
    identity,
    state,
    timezone: config.timezone,
    calendarFor: (path) => clocks.calendarFor(path),
    origin: config.publicOrigin,
    ticketsOf: (ids, tx) => desk.ticketOfAlarms(ids, tx),
    openAlarms: () => alarms.book.open(),
  })
  const availability = new AvailabilityService({
    db,
    clock,
    audit,
    timezone: config.timezone,
    state,
    plannedOf: (...of) => windows.spans(...of),
    mainsLost: (period) => alarmsTouching(db, 'mains-lost', period),
    linkAlarms: (period) => alarmsTouching(db, 'link-state', period),
    batteryReadings: (ids, period) => batteryReadings(context.series, ids, period),
    ticketsOf: (ids) => desk.ticketOfAlarms(ids),
    namesOf: (ids) => identity.namesOf(ids),
  })
  const administration = createAdministration({
    db,
    bus,
    clock,
    audit,
    passwords: accounts.passwords,
    openTicketsOn: (teamId, tx) => desk.openOnTeam(teamId, tx),
    handOver: async (tx, note, region, nowMs) => {
      await checks.handOver(tx, note, region, nowMs)
      return leaveFormerCollectors(tx, note, region, nowMs)
    },
    counts: async () => [
      ...state.counts(),
      ...(await checks.countsByRegion()).map((count) => ({ ...count, of: 'checks' as const })),
      ...(await alarms.rootCounts()).map(({ severity, ...root }) => ({
        ...root,
        of: 'alarms' as const,
        state: severity,
      })),
    ],
  })
  const incidentPolicies = new IncidentPolicies({
    db,
    clock,
    audit,
    state,
    mustSeeTeam: (viewer, id) => administration.teams.detail(viewer, id),
    changed: () => alarms.loadPolicies(),
  })
  const measures = new Measures()
  const capacity = new CapacityWatch(context.series, log)
  const decider = new Decider({
    db,
    bus,
    clock,
    log,
    series: context.series,
    state,
    alarms,
    uplink,
    measures,
    seriesFilled: () => capacity.filledPercent,
  })
  const listening = new ListeningService({
    db,
    bus,
    clock,
    log,
    audit,
    model: () => state.model,
    poll: async ({ id: deviceId, collectorId, name, regionId }) =>
      collectorId !== null &&
      automation.jobs.start({
        kind: 'poll',
        deviceId,
        collectorId,
        about: { name, regionId },
        startedBy: null,
      }),
    findings: logFindings,
    lost: (loss) => {
      void decider.tick() // what was seen before it was told is certain now
      return state.judge.told(loss)
    },
  })
  const logKeeper = new LogKeeper({
    db,
    clock,
    log,
    keepDays: config.logKeepDays,
    maxRecords: config.logMaxRecords,
  })
  const profiles = new ProfileService(db)
  const topology = new TopologyService({
    db,
    clock,
    audit,
    estate,
    stateOf: (id) => (state.stateOf(id)?.state ?? 'unknown') as DeviceState,
    namesOf: (ids) => identity.namesOf(ids),
  })
  const stations = new StationService({ db, estate })
  const gateway = new CollectorGateway({
    db,
    bus,
    clock,
    log,
    audit,
    uplink,
    state,
    decider,
    releases,
    openCredential: (id) => estate.credential(id),
    facts: factTakers(
      estate,
      automation.jobs,
      () => checks,
      listening,
      () => discoveries,
      profiles,
      topology,
      stations,
    ),
  })
  const realtime = new Realtime({
    bus,
    log,
    state,
    alarms,
    linksByIds: (ids) => estate.linksByIds(ids),
    ticketsByIds: (ids) => desk.tickets(ids),
    callById: (id) => hotline.calls.byId(id),
    worksWith: (viewer, id) => desk.together.worksWith(viewer, id),
    noticesByIds: (ids) => notify.deliveries.noticesByIds(ids),
    jobById: (id) => automation.jobs.find(id),
  })
  const devices = new DeviceService({
    db,
    clock,
    secrets,
    audit,
    estate,
    identity,
    jobs: deviceJobs(automation.jobs),
    moved: (...device) => checks.deviceMoved(...device),
  })
  const discoveries: DiscoveryService = new DiscoveryService({
    db,
    bus,
    clock,
    log,
    audit,
    identity,
    estate,
    devices,
    jobs: automation.jobs,
  })
  const checks: CheckService = new CheckService({
    db,
    clock,
    audit,
    estate,
    identity,
    state,
    jobs: automation.jobs,
    isConnected: (id) => uplink.presence.of(id)?.connected ?? false,
  })
  const links = new LinkService({
    db,
    audit,
    estate,
    readings: state,
    monthPercentOf: (ids) => state.percentSince(ids, availability.month().fromMs),
  })
  const circuits = new CircuitService({ db, clock, audit, estate })
  const imports = new ImportService({ audit, identity, estate })
  const relations = new RelationService({ db, clock, audit, estate, state })
  const business = new BusinessService({
    db,
    clock,
    audit,
    timezone: config.timezone,
    estate,
    identity,
    state,
    relations,
  })
  const rooms = new RoomService({
    db,
    clock,
    audit,
    estate,
    state,
    relations,
    verdictOf: (id) => roomJudge.verdictOf(id),
  })
  const points = new PointService({ db, clock, audit, estate, readings: state, stations })
  const surroundings = new SurroundingsService({ db, estate })
  const pointImports = new PointImport({ db, clock, audit, estate })
  const series = new SeriesService({
    store: context.series,
    entities: measuredEntities(estate, checks, uplink),
    clock,
    timezone: config.timezone,
  })
  const impact = new ImpactService({
    state,
    clock,
    busy: new BusyLoad(context.series),
    servicesHit: (ids) => business.whatIf(ids).filter(({ would }) => would === 'down'),
  })
  const bookings = new BookingService({
    db,
    clock,
    audit,
    model: () => state.model,
    namesOf: (ids) => identity.namesOf(ids),
    plannedOf: (...of) => windows.spans(...of),
  })
  const planning = new ChangePlanning({
    db,
    clock,
    audit,
    model: () => state.model,
    namesOf: (ids) => identity.namesOf(ids),
    windows,
    bookings,
    changesWithin: (...period) => plannedChanges(db, desk, ...period),
  })
  const assessor = new Assessor({
    db,
    timezone: config.timezone,
    model: () => state.model,
    nameOf: (id) => state.nameOf(id),
    impact,
    windows,
    bookings,
    changesWithin: (...period) => plannedChanges(db, desk, ...period),
  })
  const changes = new ChangeService({
    db,
    bus,
    clock,
    log,
    timezone: config.timezone,
    audit,
    identity,
    model: () => state.model,
    nameOf: (id) => state.nameOf(id),
    desk,
    approvals,
    tasks,
    windows,
    assessor,
  })
  const reviews = new ReviewWatch({ db, bus, clock, log, timezone: config.timezone, desk, identity })
  const problems = new ProblemService({ db, bus, clock, audit, identity, model: () => state.model, desk })
  const drafts = new SentDrafts({ db, clock, audit })
  const hotline: HotlineService = new HotlineService({ db, bus, clock, audit, identity, estate, desk, state, drafts }) // prettier-ignore
  const portal = new PortalService({
    db,
    clock,
    audit,
    identity,
    desk,
    state,
    windows,
    drafts,
    hotlineOf: (path) => hotline.numbers.nearest(path),
  })
  const simulator = new Simulator(config.simulatorUrl, config.simulatorToken)
  const demo = new DemoService({
    drills,
    db,
    audit,
    identity,
    estate,
    simulator,
    checks,
    relations,
    rooms,
    business,
  })
  const self: Omit<SelfSight, 'sockets'> = {
    measures,
    rootAlarms: async () => {
      const sums: Record<string, number> = {}
      for (const { severity, count } of await alarms.rootCounts())
        sums[severity] = (sums[severity] ?? 0) + count
      return sums
    },
    openIncidents: () => desk.openCount(),
    notifyFailures: () => notify.failures,
    capacity: () => context.series.capacity(),
    databaseBytes: () => databaseBytes(db, config.databaseUrl),
    collectors: () =>
      [...state.model.collectors].map(([id, { name }]) => ({
        id,
        name,
        isAway: uplink.presence.awaySinceMs(id) !== null,
        health: uplink.presence.of(id)?.health ?? null,
      })),
  }
  const heartbeat = new Heartbeat({
    db,
    clock,
    log,
    measures,
    url: config.heartbeatUrl,
    intervalS: config.heartbeatIntervalS,
    version,
    openCriticalAlarms: async () => (await self.rootAlarms()).critical ?? 0,
    collectorsAway: () => self.collectors().filter(({ isAway }) => isAway).length,
  })
  const collectorSeries = new CollectorSeries({
    clock,
    log,
    presence: uplink.presence,
    keep: (mark, columns) => decider.keep(mark, columns),
  })
  return {
    clocks,
    self,
    portal,
    hotline,
    files,
    mail,
    search,
    knowledge,
    records,
    items,
    approvals,
    reminding,
    deputies,
    tasks,
    requests,
    uses,
    duplexes,
    drills,
    capacity,
    heartbeat,
    collectorSeries,
    audit,
    auditing,
    ...accounts,
    federation,
    identity,
    administration,
    setup,
    state,
    estate,
    devices,
    checks,
    conditions,
    listening,
    logKeeper,
    links,
    circuits,
    imports,
    relations,
    business,
    rooms,
    points,
    pointImports,
    surroundings,
    stations,
    series,
    impact,
    bookings,
    planning,
    assessor,
    changes,
    reviews,
    problems,
    demo,
    uplink,
    releases,
    desk,
    automation,
    discoveries,
    profiles,
    topology,
    alarms,
    notify,
    availability,
    windows,
    incidentPolicies,
    decider,
    gateway,
    realtime,
  }
}
