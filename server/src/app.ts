import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { collectorNamespace } from '@zongheng/collector/contract.ts'
import multipart from '@fastify/multipart'
import type { Server } from 'socket.io'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify, LogController, type FastifyInstance } from 'fastify'
import { policyRoutes as incidentPolicyRoutes } from './alarms/policy-routes.ts'
import { alarmRoutes } from './alarms/routes.ts'
import { approvalRoutes } from './approvals/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { availabilityRoutes } from './availability/routes.ts'
import { automationRoutes } from './automation/routes.ts'
import { bookingRoutes } from './bookings/routes.ts'
import { businessRoutes } from './business/routes.ts'
import { catalogueRoutes } from './catalogue/routes.ts'
import { changeRoutes } from './changes/routes.ts'
import { checkRoutes } from './checks/routes.ts'
import { clockRoutes } from './clocks/routes.ts'
import { conditionRoutes } from './conditions/routes.ts'
import { knowledgeRoutes } from './knowledge/routes.ts'
import { viewerFor } from './identity/viewer.ts'
import { articleFinder } from './knowledge/finder.ts'
import { searchRoutes } from './search/routes.ts'
import { deskRoutes } from './desk/routes.ts'
import { gatheringRoutes } from './desk/routes-gathering.ts'
import { deskAnswerRoutes, savedViewRoutes } from './desk/routes-answers.ts'
import { deskKeepingRoutes } from './desk/routes-keeping.ts'
import { deskListRoutes } from './desk/routes-lists.ts'
import { togetherRoutes } from './desk/routes-together.ts'
import { listeningRoutes } from './listening/routes.ts'
import { demoRoutes } from './demo/routes.ts'
import { impactRoutes } from './impact/routes.ts'
import { importRoutes } from './estate/import/routes.ts'
import { estateRoutes } from './estate/routes.ts'
import { tlsOptions, type Certificate } from './http/certificate.ts'
import { answerClientError } from './http/client-errors.ts'
import { serveConsole, inlineScriptHashes } from './http/console.ts'
import { fileRoutes } from './files/routes.ts'
import { mailRoutes } from './mail/routes.ts'
import { healthRoutes } from './http/health.ts'
import { describeApi } from './http/openapi.ts'
import { refuseForeignOrigins } from './http/origin.ts'
import { handleProblems } from './http/problems.ts'
import { limitRates } from './http/rate-limit.ts'
import { secureHeaders } from './http/security.ts'
import { serializerCompiler } from './http/serialization.ts'
import { validatorCompiler } from './http/validation.ts'
import { authorise, requireDeclaredAccess } from './http/viewer.ts'
import { accountRoutes } from './identity/account/account-routes.ts'
import { policyRoutes } from './identity/policy/policy-routes.ts'
import { providerRoutes } from './identity/providers/routes.ts'
import { signInRoutes } from './identity/providers/sign-in-routes.ts'
import { identityRoutes } from './identity/routes.ts'
import { sessionRoutes } from './identity/sessions/session-routes.ts'
import { hotlineRoutes } from './hotline/routes.ts'
import { notifyRoutes } from './notify/routes.ts'
import { portalRoutes } from './portal/routes.ts'
import { seriesRoutes } from './series/routes.ts'
import { openSockets } from './realtime/sockets.ts'
import { Exposition } from './self/exposition.ts'
import { exposeMetrics } from './self/routes.ts'
import type { Context, Services } from './services.ts'
import { problemRoutes } from './problems/routes.ts'
import { relationRoutes } from './relations/routes.ts'
import { pointRoutes } from './points/routes.ts'
import { roomRoutes } from './rooms/routes.ts'
import { setupRoutes } from './setup/routes.ts'
import { stateRoutes } from './state/routes.ts'
import { uplinkRoutes } from './uplink/routes.ts'
import { taskRoutes } from './tasks/routes.ts'
import { version } from './version.ts'
import { drillRoutes } from './drills/routes.ts'
import { discoveryRoutes } from './discovery/routes.ts'
import { profileRoutes } from './profiles/routes.ts'
import { stationRoutes } from './stations/routes.ts'
import { topologyRoutes } from './topology/routes.ts'
import { windowRoutes } from './windows/routes.ts'

export const consoleRoot = fileURLToPath(new URL('../../ui/build', import.meta.url))

const bodyAtMost = 1024 * 1024
/** A slow sender holds a socket no longer than this. */
const headersAtMostMs = 15_000
const requestAtMostMs = 60_000
const lookEveryMs = 5_000
/** Longer than a proxy before us keeps a connection, or it would write into one that we close. */
const idleAtMostMs = 72_000
const uploadAtMost = 5 * 1024 * 1024

export type App = Awaited<ReturnType<typeof buildApp>>

/** The whole HTTP side, not yet listening: tests call `inject`, the process calls `listen`. */
export async function buildApp(context: Context, services: Services, certificate: Certificate | null = null) {
  const { config, secrets, log } = context
  const options = {
    loggerInstance: log,
    trustProxy: config.trustProxy,
    bodyLimit: bodyAtMost,
    requestTimeout: requestAtMostMs,
    keepAliveTimeout: idleAtMostMs,
    clientErrorHandler: answerClientError,
    http: { headersTimeout: headersAtMostMs, connectionsCheckingInterval: lookEveryMs },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
  }
  const tls = { ...options, https: { ...options.http, ...(certificate && tlsOptions(certificate)) } }
  // Fastify's type differs by the server beneath, and nothing here depends on it.
  const app = fastify(certificate ? (tls as typeof options) : options).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const plain = app as unknown as FastifyInstance
  handleProblems(plain)
  requireDeclaredAccess(plain)
  const isSecure = certificate !== null || config.publicOrigin.startsWith('https:')
  await secureHeaders(plain, { scriptHashes: inlineScriptHashes(consoleRoot), isSecure })
  await limitRates(plain)
  await app.register(multipart, { limits: { fileSize: uploadAtMost, files: 1, fields: 20 } })
  refuseForeignOrigins(plain, config.publicOrigin)
  await authorise(plain, {
    sessions: services.sessions,
    tokens: services.tokens,
    key: secrets.derive('session cookies'),
    isSecure,
    requestsPerMinute: config.requestsPerMinute,
  })
  await describeApi(plain, version)
  await app.register(healthRoutes())
  const sockets = () => io.engine.clientsCount
  exposeMetrics(plain, new Exposition({ ...services.self, sockets }), config)
  for (const routes of moduleRoutes(context, services)) await app.register(routes, { prefix: '/api/v1' })
  await serveConsole(plain, consoleRoot)
  const io = attachSockets(plain, config.publicOrigin, services)
  return app
}

/** Consoles and collectors; their sockets close before the rest does. */
function attachSockets(app: FastifyInstance, publicOrigin: string, services: Services): Server {
  const isOwn = (origin: string, host: string) =>
    publicOrigin ? origin === publicOrigin : origin === `http://${host}` || origin === `https://${host}`
  const io = openSockets(app.server, isOwn)
  services.gateway.attach(io)
  services.realtime.attach(io, (cookies, isUse) => app.sessionOfCookies(cookies, isUse))
  app.addHook('preClose', async () => {
    io.of(collectorNamespace).disconnectSockets(true)
    io.disconnectSockets(true)
    io.engine.close()
  })
  return io
}

/** One line per module. */
function moduleRoutes({ config, db, clock }: Context, services: Services) {
  const {
    administration,
    setup,
    estate,
    devices,
    links,
    imports,
    series,
    demo,
    state,
    alarms,
    uplink,
    desk,
    automation,
  } = services
  return [
    sessionRoutes(services),
    accountRoutes(services),
    policyRoutes(services, { db, clock }),
    providerRoutes(services.federation, config.publicOrigin),
    signInRoutes(services.federation, services.sessions, config.publicOrigin),
    identityRoutes(administration),
    setupRoutes(setup),
    estateRoutes({ estate, devices, links, circuits: services.circuits }),
    importRoutes({ imports }),
    seriesRoutes({ series }),
    ...(config.demo ? [demoRoutes({ demo })] : []),
    stateRoutes({ state }),
    impactRoutes(services),
    alarmRoutes({ alarms }),
    incidentPolicyRoutes(services.incidentPolicies),
    windowRoutes(services.windows),
    discoveryRoutes(services.discoveries),
    profileRoutes(services.profiles),
    topologyRoutes(services),
    stationRoutes(services),
    bookingRoutes(services.bookings),
    changeRoutes(services),
    problemRoutes(services.problems),
    drillRoutes(services.drills),
    notifyRoutes(services.notify),
    deskListRoutes(desk.lists, desk.board),
    deskAnswerRoutes(desk.answers),
    savedViewRoutes(desk.views),
    deskKeepingRoutes(desk.keeping),
    deskRoutes(desk),
    catalogueRoutes(services),
    approvalRoutes(services),
    taskRoutes(services.tasks),
    togetherRoutes(desk.together),
    gatheringRoutes(desk.together),
    clockRoutes(services.clocks),
    fileRoutes(services.files),
    mailRoutes(services.mail),
    portalRoutes(services.portal),
    hotlineRoutes(services.hotline),
    knowledgeRoutes(services.knowledge),
    searchRoutes({
      ticket: async (viewer, q, limit) =>
        (await services.desk.list(viewerFor(viewer, 'desk.read'), { q, limit })).items,
      article: articleFinder(services.knowledge.finding),
    }),
    automationRoutes(automation),
    checkRoutes(services.checks),
    relationRoutes(services.relations),
    businessRoutes(services.business),
    roomRoutes(services.rooms),
    pointRoutes(services.points, services.pointImports),
    listeningRoutes(services.listening),
    conditionRoutes(services.conditions),
    auditRoutes({ auditing: services.auditing }),
    availabilityRoutes({ availability: services.availability }),
    uplinkRoutes({ uplink, releases: services.releases }),
  ]
}
