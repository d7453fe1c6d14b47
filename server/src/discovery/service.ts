import type { Answering, Fact, JobError, JobProgress, SnmpCredential, SweepScope, SweepStep } from '@zongheng/collector/contract.ts' // prettier-ignore
import { countOf, isWithin, rangeOf, type AddressRange } from '@zongheng/inventory/address-range.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { Jobs } from '../automation/jobs.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { chooseCollector } from '../estate/collector-choice.ts'
import type { DeviceService } from '../estate/device-service.ts'
import type { EstateService } from '../estate/service.ts'
import { snmpCredential } from '../estate/snmp-input.ts'
import { plainAddress } from '../estate/text.ts'
import type { EventBus, QueuedJob } from '../events.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { conflict, notFound, unprocessable } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import type { Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import { Judging } from './judging.ts'
import { Review } from './review.ts'
import type { Discovery, NewDiscovery } from './schema.ts'
import * as store from './store.ts'
import type { DiscoveryRow } from './store.ts'

export interface DiscoveryDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  estate: EstateService
  devices: DeviceService
  jobs: Pick<Jobs, 'start' | 'cancel'>
}

/** A /16 of silence takes a quarter of an hour at a hundred a second. */
const mostAddresses = 65_536
const usual = { mostSteps: 2, port: 161, perSecond: 100 } as const

interface Asked {
  name: string
  regionId: string
  collectorId: string
  credentials: { id: string; snmp: SnmpCredential }[]
}

/** Where a discovery asks, without what it has done. */
type Scope = Omit<SweepScope, 'done' | 'next'>

/** Who stands at which address: asked by a collector, told as it is found, and decided about by people. */
export class DiscoveryService {
  readonly review: Review
  readonly #deps: DiscoveryDeps

  constructor(deps: DiscoveryDeps) {
    this.#deps = deps
    this.review = new Review({ ...deps, judging: new Judging(deps) })
    deps.bus.on('job.progress', (progress) => {
      this.#progress(progress).catch((err: unknown) => deps.log.error({ err }, 'progress not kept'))
    })
  }

  async list(viewer: Viewer, query: Paging & { regionId?: string }): Promise<PageOf<Discovery>> {
    const page = await store.listDiscoveries(this.#deps.db, viewer, query)
    return { ...page, items: await this.#views(page.items) }
  }

  async get(viewer: Viewer, id: string): Promise<Discovery> {
    const [view] = await this.#views([await this.#own(viewer, id)])
    return view!
  }

  async create(viewer: Viewer, input: NewDiscovery): Promise<Discovery> {
    const { audit, clock, db, estate, identity } = this.#deps
    const scope = scopeOf(input)
    const secrets = input.snmp.map((one, i) => snmpCredential(one, `/snmp/${i}`))
    const region = await identity.region(viewer, input.regionId)
    const collectorId = await chooseCollector(db, viewer, input.collectorId)
    if (collectorId === null) throw unprocessable('no-collector', { zh: '还没有采集器', en: 'There is no collector yet' }) // prettier-ignore
    const [id, jobId] = [newId('discovery', clock()), newId('job', clock())]
    const credentials: { id: string; snmp: SnmpCredential }[] = []
    await audit.write(async (tx, note) => {
      for (const snmp of secrets) {
        const kept = { name: `SNMP ${input.name}`, kind: 'snmp', regionId: region.id, secret: snmp } as const
        credentials.push({ id: await estate.keepCredential(tx, kept), snmp })
      }
      const [kept, ids] = [JSON.stringify(scope), JSON.stringify(credentials.map((one) => one.id))]
      const stamps = { created_at: clock(), updated_at: clock() }
      await store.insertDiscovery(tx, { id, region_id: region.id, collector_id: collectorId, name: input.name, scope: kept, credential_ids: ids, job_id: jobId, asked_before: 0, asked: 0, created_by: viewer.userId, ...stamps }) // prettier-ignore
      const entity = { type: 'discovery', id, name: input.name }
      note({ action: 'discovery.created', entity, regionId: region.id, after: { ...scope, collectorId } })
    })
    const about = { name: input.name, regionId: region.id, collectorId, credentials }
    await this.#start(viewer, jobId, about, { ...scope, done: [], next: [] })
    return this.get(viewer, id)
  }

  /** What was found until then stays. */
  async stop(viewer: Viewer, id: string): Promise<Discovery> {
    const row = await this.#own(viewer, id)
    if (!(await this.#deps.jobs.cancel(row.job_id))) throw notUnderWay()
    return this.get(viewer, id)
  }

  async resume(viewer: Viewer, id: string): Promise<Discovery> {
    const { db, clock } = this.#deps
    const row = await this.#own(viewer, id)
    if (row.state !== 'cancelled' && row.state !== 'failed')
      throw conflict('not-stopped', { zh: '这次发现没有停下', en: 'This discovery has not stopped' })
    const { name, region_id: regionId, collector_id: collectorId } = row
    const about = { name, regionId, collectorId, credentials: await this.#credentialsOf(row) }
    const [jobId, scope] = [newId('job', clock()), await this.#goingOn(row)]
    await store.updateDiscovery(db, id, { job_id: jobId, asked_before: row.asked_before + row.asked, asked: 0, updated_at: clock() }) // prettier-ignore
    await this.#start(viewer, jobId, about, scope)
    return this.get(viewer, id)
  }

  async remove(viewer: Viewer, id: string): Promise<void> {
    const row = await this.#own(viewer, id)
    if (isUnderWay(row))
      throw conflict('under-way', { zh: '还在进行，先停下', en: 'It is under way: stop it first' })
    await this.#deps.audit.write(async (tx, note) => {
      await store.removeDiscovery(tx, id)
      const entity = { type: 'discovery', id, name: row.name }
      note({
        action: 'discovery.removed',
        entity,
        regionId: row.region_id,
        before: JSON.parse(row.scope) as object,
      })
    })
  }

  /** What a collector found, within the uplink's transaction. */
  async take(tx: Db, { jobId, atMs, ...found }: Extract<Fact, { kind: 'found' }>): Promise<void> {
    const discovery = await store.ofJob(tx, jobId)
    if (discovery) await store.keepFind(tx, rowOf(discovery.id, found, atMs))
  }

  /** What a collector that has just connected is to go on with: it may have been started anew, and so may we. */
  async underWay(collectorId: string): Promise<QueuedJob[]> {
    const rows = await store.underWayAt(this.#deps.db, collectorId)
    return Promise.all(
      rows.map(async (row) => ({
        id: row.job_id,
        kind: 'sweep' as const,
        credentials: await this.#credentialsOf(row),
        ...(await this.#goingOn(row)),
      })),
    )
  }

  #start(viewer: Viewer, jobId: string, asked: Asked, scope: SweepScope): Promise<string> {
    const { name, regionId, collectorId, credentials } = asked
    const about = { name, regionId }
    return this.#deps.jobs.start({ kind: 'sweep', collectorId, about, startedBy: viewer.userId, scope, credentials }, jobId) // prettier-ignore
  }

  async #goingOn(row: DiscoveryRow): Promise<SweepScope> {
    const found = await store.progressOf(this.#deps.db, row.id)
    const done = found.map(({ address }) => address)
    const isDone = new Set(done)
    const next = found.flatMap(({ beside }) => JSON.parse(beside) as SweepStep[])
    return {
      ...(JSON.parse(row.scope) as Scope),
      done,
      next: next.filter(({ address }) => !isDone.has(address)),
    }
  }

  async #credentialsOf(row: DiscoveryRow): Promise<{ id: string; snmp: SnmpCredential }[]> {
    const ids = JSON.parse(row.credential_ids) as string[]
    const known = await this.#deps.estate.snmpCredentials(ids)
    return ids.flatMap((id) => {
      const snmp = known.get(id)
      return snmp ? [{ id, snmp }] : []
    })
  }

  async #progress({ jobId, count }: JobProgress): Promise<void> {
    if (count) await store.setAsked(this.#deps.db, jobId, count.asked)
  }

  async #own(viewer: Viewer, id: string): Promise<DiscoveryRow> {
    const row = await store.discoveryById(this.#deps.db, viewer, id)
    if (!row) throw notFound('discovery')
    return row
  }

  async #views(rows: readonly DiscoveryRow[]): Promise<Discovery[]> {
    const { db, identity, estate } = this.#deps
    const counts = await store.countsOf(db, rows.map(({ id }) => id)) // prettier-ignore
    const names = await identity.namesOf(rows.flatMap(({ created_by: by }) => by ?? []))
    const credentials = await estate.snmpCredentials(
      rows.flatMap((row) => JSON.parse(row.credential_ids) as string[]),
    )
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      region: { id: row.region_id, name: row.region },
      collector: { id: row.collector_id, name: row.collector ?? row.collector_id },
      state: row.state === 'cancelled' ? 'stopped' : (row.state as Discovery['state']),
      error: row.state === 'failed' && row.error ? (JSON.parse(row.error) as JobError) : null,
      ...(JSON.parse(row.scope) as Scope),
      credentials: (JSON.parse(row.credential_ids) as string[]).map((id) => labelOf(credentials.get(id))),
      asked: row.asked_before + row.asked,
      ...(counts.get(row.id) ?? { answering: 0, devices: 0, open: 0 }),
      createdBy: row.created_by === null ? null : { id: row.created_by, name: names.get(row.created_by) ?? row.created_by }, // prettier-ignore
      createdAt: row.created_at,
      endedAt: row.ended_at,
    }))
  }
}

const isUnderWay = ({ state }: DiscoveryRow) => state === 'waiting' || state === 'running'
const notUnderWay = () => conflict('not-under-way', { zh: '这次发现已经结束', en: 'This discovery is over' })

/** Nothing of a community is shown. */
const labelOf = (snmp: SnmpCredential | undefined) =>
  !snmp ? '–' : snmp.version === '3' ? `v3 ${snmp.user}` : `v${snmp.version}`

const rowOf = (
  discoveryId: string,
  { address, rttMs, from, credentialId, device, beside }: Answering,
  atMs: number,
) => ({
  id: newId('find', atMs),
  discovery_id: discoveryId,
  address,
  rank: device ? 0 : credentialId ? 1 : 2,
  address_number: rangeOf(address)?.from ?? 0,
  rtt_ms: rttMs,
  found_from: from && JSON.stringify(from),
  credential_id: credentialId,
  device: device && JSON.stringify(device),
  beside: JSON.stringify(beside),
  decision: 'open',
  device_id: null,
  decided_by: null,
  decided_at: null,
  found_at: atMs,
})

function scopeOf(input: NewDiscovery): Scope {
  const { seeds = [], within = [], without = [], isSilentAsked = false, ...rest } = { ...usual, ...input }
  const ranges = rangesAt('/ranges', input.ranges)
  rangesAt('/without', without)
  const bounds = rangesAt('/within', within)
  seeds.forEach((seed, i) => {
    if (plainAddress(seed) !== seed || seed.includes(':')) throw wrong(`/seeds/${i}`, 'address', `${seed} is no IPv4 address`) // prettier-ignore
  })
  if (ranges.length === 0 && seeds.length === 0) throw wrong('/ranges', 'required', 'name a range or a device to begin from') // prettier-ignore
  if (countOf(ranges) > mostAddresses) throw tooMany(countOf(ranges))
  const isBound = within.length > 0 || seeds.length === 0 || rest.mostSteps === 0
  if (!isBound) throw wrong('/within', 'required', 'say in which networks neighbours may be asked')
  const outside = seeds.findIndex((seed) => bounds.length > 0 && !isWithin([...bounds, ...ranges], seed))
  if (outside >= 0) throw wrong(`/seeds/${outside}`, 'outside', 'lies outside the networks that may be asked')
  const { mostSteps, port, perSecond } = rest
  return { ranges: input.ranges, seeds, within, without, mostSteps, port, perSecond, isSilentAsked }
}

function rangesAt(path: string, texts: readonly string[]): AddressRange[] {
  return texts.map((text, i) => {
    const range = rangeOf(text)
    if (!range)
      throw wrong(`${path}/${i}`, 'range', `${text} is no range: 10.1.2.0/24, 10.1.2.3-40 or 10.1.2.3`)
    return range
  })
}

const wrong = (path: string, code: string, message: string) =>
  unprocessable('unprocessable', undefined, [{ path, code, message }])
const tooMany = (count: number) =>
  unprocessable(
    'too-many-addresses',
    {
      zh: `这些网段共 ${count} 个地址，一次最多 ${mostAddresses} 个（一个 /16）：请分几次`,
      en: `These ranges hold ${count} addresses; ${mostAddresses} (a /16) are the most at once: ask in several`,
    },
    [{ path: '/ranges', code: 'too-many', message: `more than ${mostAddresses} addresses` }],
  )
