import type { Fact } from '@zongheng/collector/contract.ts'
import { targetOf } from '@zongheng/inventory/check-state.ts'
import { checkFacts, type CheckSpec } from '@zongheng/inventory/check.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail, Note } from '../audit/trail.ts'
import type { Jobs } from '../automation/jobs.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { CheckModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import { pageOfItems, type PageOf } from '../http/paging.ts'
import type { IdentityService } from '../identity/service.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'
import type { StateService } from '../state/service.ts'
import { matches, visible } from './filter.ts'
import { leaveFormerCollectors, leaveStrangers, newPoint } from './hand-over.ts'
import type { Check, CheckCountQuery, CheckCounts, CheckPatch, CheckQuery, CheckTrial, NewCheck } from './schema.ts' // prettier-ignore
import {
  checksAtMost,
  collectorAway,
  credentialAgain,
  mustFit,
  noCredential,
  reachOf,
  secretFor,
  tooMany,
  type Secret,
} from './rules.ts'
import { checkSpec } from './spec-schema.ts'
import * as store from './store.ts'
import { cleanOutcome } from './told.ts'
import { checkView, stateOf } from './views.ts'

export interface CheckDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  estate: EstateService
  identity: Pick<IdentityService, 'region'>
  state: StateService
  jobs: Jobs
  isConnected(collectorId: string): boolean
}

type Scope = Pick<Viewer, 'regionPaths'>
/** What needs a look stands first. */
const worstFirst: Check['state'][] = ['down', 'degraded', 'unknown', 'up', 'paused']
const rankOf = (state: Check['state']) => worstFirst.indexOf(state)

/** Checks, as people set them up; how they stand is the state's. */
export class CheckService {
  readonly #deps: CheckDeps

  constructor(deps: CheckDeps) {
    this.#deps = deps
  }

  // ---- reading ------------------------------------------------------------------------------

  /** Worst first, then by name. */
  async list(viewer: Scope, query: CheckQuery): Promise<PageOf<Check>> {
    const { state, clock } = this.#deps
    const model = await this.#deps.estate.model()
    const found = visible(viewer, model).filter((check) => matches(check, query, state))
    const page = pageOfItems(found, query, (check) => [
      rankOf(stateOf(check, state).state),
      check.name,
      check.id,
    ])
    return { ...page, items: page.items.map((check) => checkView(check, state, clock())) }
  }

  async get(viewer: Scope, id: string): Promise<Check> {
    const { state, clock } = this.#deps
    return checkView(await this.#mustSee(viewer, id), state, clock())
  }

  /** How many are in which state. */
  async counts(viewer: Scope, query: CheckCountQuery): Promise<CheckCounts> {
    const { estate, state } = this.#deps
    const counts: CheckCounts = { up: 0, degraded: 0, down: 0, unknown: 0, paused: 0 }
    for (const check of visible(viewer, await estate.model()))
      if (matches(check, query, state)) counts[stateOf(check, state).state] += 1
    return counts
  }

  /** How many of each region itself are in which state, whoever asks. */
  async countsByRegion(): Promise<{ regionId: string; state: Check['state']; count: number }[]> {
    const { estate, state } = this.#deps
    const counts = new Map<string, { regionId: string; state: Check['state']; count: number }>()
    for (const check of (await estate.model()).checks.values()) {
      const one = { regionId: check.regionId, state: stateOf(check, state).state, count: 0 }
      const key = `${one.regionId} ${one.state}`
      const sum = counts.get(key) ?? one
      sum.count += 1
      counts.set(key, sum)
    }
    return [...counts.values()]
  }

  /** Of these ids of points, those of checks in scope. */
  async visiblePoints(viewer: Scope, ids: string[]): Promise<string[]> {
    return store.pointsInScope(this.#deps.db, viewer, ids)
  }

  /** Who may be asked to run one: of the viewer's own regions, or above them. */
  async collectors(viewer: Scope): Promise<{ items: { id: string; name: string; isLocal: boolean }[] }> {
    const { collectors, regions, sites } = await this.#deps.estate.model()
    const items = [...collectors].flatMap(([id, { name, siteId, regionId, isLocal }]) => {
      const path = regions.get(sites.get(siteId ?? '')?.regionId ?? regionId ?? '')?.path
      return isLocal || path === undefined || concerns(viewer, path) ? [{ id, name, isLocal }] : []
    })
    return { items }
  }

  // ---- writing ------------------------------------------------------------------------------

  async create(viewer: Scope, input: NewCheck): Promise<Check> {
    const { audit, clock, db } = this.#deps
    const spec = checkSpec(input.spec)
    const facts = checkFacts[spec.kind]
    const {
      intervalS = facts.intervalS,
      timeoutMs = facts.timeoutMs,
      limits = facts.limits,
      enabled = true,
    } = input
    mustFit(spec.kind, { intervalS, timeoutMs, limits })
    const secret = secretFor(spec.kind, input)
    if (facts.credential !== 'none' && !secret) throw noCredential(facts.credential)
    if ((await store.countChecks(db)) >= checksAtMost) throw tooMany()
    const place = await this.#place(viewer, input)
    const collectorIds = await this.#collectors(viewer, input.collectorIds ?? [])
    const now = clock()
    const [id, stamps] = [newId('check', now), { created_at: now, updated_at: now }]
    await audit.write(async (tx, note) => {
      const credentialId = secret && (await this.#keep(tx, secret, input.name, place.region_id))
      await store.insertCheck(tx, {
        id,
        ...place,
        name: input.name,
        kind: spec.kind,
        spec: JSON.stringify(spec),
        limits: JSON.stringify(limits),
        interval_s: intervalS,
        timeout_ms: timeoutMs,
        credential_id: credentialId,
        enabled: enabled ? 1 : 0,
        archived_at: null,
        ...stamps,
      })
      await store.insertPoints(tx, collectorIds.map((collectorId) => newPoint(id, collectorId, now))) // prettier-ignore
      const after = { name: input.name, spec, limits, intervalS, timeoutMs, enabled, collectorIds }
      note({ action: 'checks.added', ...about(id, input.name, place.region_id), after })
    })
    return this.#told(viewer, id)
  }

  async change(viewer: Scope, id: string, patch: CheckPatch): Promise<Check> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    const before = fieldsOf(row)
    const spec = patch.spec ? this.#sameKind(before.spec, checkSpec(patch.spec)) : before.spec
    const after = {
      ...before,
      spec,
      name: patch.name ?? before.name,
      limits: patch.limits ?? before.limits,
      intervalS: patch.intervalS ?? before.intervalS,
      timeoutMs: patch.timeoutMs ?? before.timeoutMs,
      enabled: patch.enabled ?? before.enabled,
    }
    mustFit(spec.kind, after)
    const secret = secretFor(spec.kind, patch)
    const known = await store.pointsOf(this.#deps.db, id)
    const running = known.map((point) => point.collector_id)
    const wanted = patch.collectorIds && (await this.#collectors(viewer, patch.collectorIds, running))
    const added = (wanted ?? []).filter(
      (collectorId) => !known.some((point) => point.collector_id === collectorId),
    )
    if (row.credential_id && !secret && (reachOf(spec) !== reachOf(before.spec) || added.length > 0))
      throw credentialAgain(checkFacts[spec.kind].credential)
    const place = hasPlace(patch)
      ? await this.#place(viewer, patch)
      : { region_id: row.region_id, site_id: row.site_id, device_id: row.device_id }
    const now = clock()
    await audit.write(async (tx, note) => {
      const credentialId = secret
        ? await this.#keep(tx, secret, after.name, place.region_id)
        : row.credential_id
      await store.updateCheck(tx, id, {
        ...place,
        name: after.name,
        spec: JSON.stringify(spec),
        limits: JSON.stringify(after.limits),
        interval_s: after.intervalS,
        timeout_ms: after.timeoutMs,
        credential_id: credentialId,
        enabled: after.enabled ? 1 : 0,
        updated_at: now,
      })
      if (secret && row.credential_id) await this.#deps.estate.dropCredential(tx, row.credential_id)
      if (place.region_id !== row.region_id && !wanted) await this.#leaveStrangers(tx, id, place.region_id)
      if (wanted) {
        const gone = known.filter((point) => !wanted.includes(point.collector_id))
        await store.deletePoints(tx, gone.map((point) => point.id)) // prettier-ignore
        await store.insertPoints(tx, added.map((collectorId) => newPoint(id, collectorId, now))) // prettier-ignore
      }
      const collectors = (ids: string[] | undefined) => (wanted ? { collectorIds: ids } : {})
      const from = { ...before, credential: null, ...collectors(known.map((point) => point.collector_id)) }
      const to = { ...after, credential: secret?.secret ?? null, ...collectors(wanted) }
      note({
        action: 'checks.changed',
        ...about(id, after.name, place.region_id),
        ...differences<object>(from, to),
      })
    })
    return this.#told(viewer, id)
  }

  /** It is run no more; what was measured stays. */
  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock, estate } = this.#deps
    const row = await this.#row(viewer, id)
    await audit.write(async (tx, note) => {
      await store.updateCheck(tx, id, { archived_at: clock(), credential_id: null, updated_at: clock() })
      if (row.credential_id) await estate.dropCredential(tx, row.credential_id)
      note({ action: 'checks.archived', ...about(id, row.name, row.region_id), before: fieldsOf(row) })
    })
    estate.changed([id])
  }

  // ---- running ------------------------------------------------------------------------------

  /** Runs it now, at each of its collectors; the ids of the jobs. */
  async run(viewer: Viewer, id: string): Promise<{ jobIds: string[] }> {
    const { jobs, isConnected } = this.#deps
    const check = await this.#mustSee(viewer, id)
    const there = check.points.filter(({ collectorId }) => isConnected(collectorId))
    if (there.length === 0) throw collectorAway()
    const credential = await this.#credentialOf(check.credentialId)
    const { name, regionId, spec, timeoutMs } = check
    const asked = { kind: 'check', spec, credential, timeoutMs, about: { name, regionId }, startedBy: viewer.userId } as const // prettier-ignore
    const jobIds = await Promise.all(
      there.map(({ id: checkId, collectorId }) => jobs.start({ ...asked, checkId, collectorId })),
    )
    return { jobIds }
  }

  /** Runs what is not kept yet, once; the id of the job. */
  async try(viewer: Viewer, { spec: input, regionId, ...trial }: CheckTrial): Promise<{ jobIds: string[] }> {
    const { estate, identity, jobs, isConnected } = this.#deps
    const spec = checkSpec(input)
    const facts = checkFacts[spec.kind]
    const region = await identity.region(viewer, regionId)
    const collectorId = await estate.collectorFor(viewer, trial.collectorId)
    if (!collectorId) throw conflict('no-collector')
    const credential =
      secretFor(spec.kind, trial)?.secret ?? (await this.#kept(viewer, trial.checkId, spec, collectorId))
    if (facts.credential !== 'none' && !credential) throw noCredential(facts.credential)
    if (!isConnected(collectorId)) throw collectorAway()
    const { timeoutMs = facts.timeoutMs } = trial
    const about = { name: targetOf(spec), regionId: region.id }
    const asked = { kind: 'check', checkId: null, spec, credential, timeoutMs } as const
    return { jobIds: [await jobs.start({ ...asked, collectorId, about, startedBy: viewer.userId })] }
  }

  /** 省管县: see `leaveFormerCollectors`; `path` is the region's new one. */
  async handOver(
    tx: Db,
    note: Note,
    region: { id: string; name: string; path: string },
    nowMs: number,
  ): Promise<void> {
    await leaveFormerCollectors(tx, note, region, await this.#deps.estate.strangersTo(tx, region.path), nowMs)
  }

  /** A device stands elsewhere: so do the checks that are about it. */
  async deviceMoved(tx: Db, deviceId: string, siteId: string, regionId: string): Promise<void> {
    const moved = await store.movePlaces(
      tx,
      deviceId,
      { site_id: siteId, region_id: regionId },
      this.#deps.clock(),
    )
    for (const { id } of moved) await this.#leaveStrangers(tx, id, regionId)
  }

  async #leaveStrangers(tx: Db, checkId: string, regionId: string): Promise<void> {
    const { clock, estate } = this.#deps
    const path = (await estate.model()).regions.get(regionId)?.path
    if (path !== undefined) await leaveStrangers(tx, checkId, await estate.strangersTo(tx, path), clock())
  }

  /** What a collector tells of an outcome, within the uplink's transaction; once committed, states are judged by it. */
  async applyFact(tx: Db, { checkId, atMs, ...fact }: Extract<Fact, { kind: 'check' }>): Promise<() => void> {
    const outcome = cleanOutcome(fact.outcome)
    await store.setOutcome(tx, checkId, JSON.stringify(outcome), atMs)
    return () => this.#deps.state.judge.observations.check(checkId).told(outcome, atMs)
  }

  // ---- what all have in common --------------------------------------------------------------

  async #mustSee(viewer: Scope, id: string): Promise<CheckModel> {
    const { checks, regions } = await this.#deps.estate.model()
    const check = checks.get(id)
    if (!check || !covers(viewer, regions.get(check.regionId)?.path ?? '')) throw notFound('check')
    return check
  }

  async #row(viewer: Scope, id: string): Promise<store.CheckRow> {
    const row = await store.checkById(this.#deps.db, viewer, id)
    if (!row) throw notFound('check')
    return row
  }

  /** Everyone is told; the judge takes it up a moment later. */
  #told(viewer: Scope, id: string): Promise<Check> {
    this.#deps.estate.changed([id])
    return this.get(viewer, id)
  }

  #keep(tx: Db, secret: Secret, name: string, regionId: string): Promise<string> {
    return this.#deps.estate.keepCredential(tx, {
      ...secret,
      name: `${secret.kind.toUpperCase()} ${name}`,
      regionId,
    })
  }

  async #credentialOf(id: string | null) {
    return id === null ? null : ((await this.#deps.estate.credential(id)) ?? null)
  }

  /** A kept credential goes nowhere but to its own address, from its own collectors. */
  async #kept(viewer: Scope, checkId: string | undefined, spec: CheckSpec, collectorId: string) {
    if (!checkId) return null
    const check = await this.#mustSee(viewer, checkId)
    const isItsOwn =
      reachOf(check.spec) === reachOf(spec) && check.points.some((p) => p.collectorId === collectorId)
    return isItsOwn ? this.#credentialOf(check.credentialId) : null
  }

  #sameKind(before: CheckSpec, after: CheckSpec): CheckSpec {
    if (after.kind === before.kind) return after
    throw invalid([{ path: '/spec/kind', code: 'const', message: `stays ${before.kind}` }])
  }

  async #place(
    viewer: Scope,
    { deviceId, siteId, regionId }: Pick<NewCheck, 'deviceId' | 'siteId' | 'regionId'>,
  ) {
    const { estate, identity } = this.#deps
    if (deviceId) {
      const { region, site } = await estate.device(viewer, deviceId)
      return { region_id: region.id, site_id: site.id, device_id: deviceId }
    }
    if (siteId)
      return { region_id: (await estate.site(viewer, siteId)).region.id, site_id: siteId, device_id: null }
    if (!regionId)
      throw invalid([{ path: '/regionId', code: 'required', message: 'name a device, a site or a region' }])
    return { region_id: (await identity.region(viewer, regionId)).id, site_id: null, device_id: null }
  }

  /** Those that run it already may go on, revoked for now or not the viewer's own as they may be. */
  async #collectors(viewer: Scope, ids: string[], running: string[] = []): Promise<string[]> {
    const { estate } = this.#deps
    const found: string[] = []
    for (const id of new Set(ids.length > 0 ? ids : [undefined])) {
      const isRunning = id !== undefined && running.includes(id)
      const collectorId = isRunning ? id : await estate.collectorFor(viewer, id)
      if (!collectorId) throw conflict('no-collector')
      found.push(collectorId)
    }
    return found
  }
}

function fieldsOf(row: store.CheckRow) {
  return {
    name: row.name,
    spec: JSON.parse(row.spec) as CheckSpec,
    limits: JSON.parse(row.limits) as Check['limits'],
    intervalS: row.interval_s,
    timeoutMs: row.timeout_ms,
    enabled: row.enabled === 1,
  }
}

const about = (id: string, name: string, regionId: string) => ({
  entity: { type: 'check', id, name },
  regionId,
})

const hasPlace = ({ deviceId, siteId, regionId }: CheckPatch) =>
  deviceId !== undefined || siteId !== undefined || regionId !== undefined
