import type { CollectorHealth } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { differences } from '../audit/change.ts'
import type { AuditTrail } from '../audit/trail.ts'
import { newSecret, secretHash } from '../bearer-secret.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EstateModel, RegionModel } from '../estate/model.ts'
import type { EstateService } from '../estate/service.ts'
import type { EventBus } from '../events.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import { Enrolment, noToken } from './enrolment.ts'
import { gapsOf } from './gap-store.ts'
import { Presence } from './presence.ts'
import type { Releases } from './releases.ts'
import { version } from '../version.ts'
import type { Collector, CollectorDetail, CollectorPatch, CollectorToken, NewCollector } from './schema.ts'
import * as store from './store.ts'
import type { CollectorRow } from './store.ts'

export interface UplinkDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  estate: Pick<EstateService, 'model' | 'changed'>
  releases: Pick<Releases, 'list'>
}

type Scope = Pick<Viewer, 'regionPaths'>

const tokenLifeMs = 24 * 3_600_000
const lateShown = 10

/** The collectors, as people run them. One belongs where its site is, or to the region that was named, or to the root. */
export class UplinkService {
  readonly presence: Presence
  readonly enrolment: Enrolment
  readonly #deps: UplinkDeps

  constructor(deps: UplinkDeps) {
    const { db, bus, clock, audit } = deps
    this.#deps = deps
    this.presence = new Presence(clock)
    this.enrolment = new Enrolment({
      db,
      bus,
      clock,
      audit,
      presence: this.presence,
      regionIdOf: async (row) => regionOf(row, await deps.estate.model())?.id ?? null,
      changed: () => deps.estate.changed([]),
    })
  }

  async list(viewer: Scope): Promise<{ items: Collector[] }> {
    const model = await this.#deps.estate.model()
    const rows = await store.listCollectors(this.#deps.db)
    const counts = deviceCounts(model)
    const seen = rows.filter((row) => sees(viewer, row, model))
    return { items: seen.map((row) => this.#view(row, model, counts.get(row.id) ?? 0)) }
  }

  async get(viewer: Scope, id: string): Promise<CollectorDetail> {
    const { row, model } = await this.#find(viewer, id)
    const { ids = [], count = 0 } = this.presence.of(id)?.health?.lateDevices ?? {}
    const refOf = (deviceId: string) => {
      const device = model.devices.get(deviceId)
      return device?.collectorId === id ? [{ id: deviceId, name: device.name }] : []
    }
    return {
      ...this.#view(row, model, deviceCounts(model).get(id) ?? 0),
      serverVersion: version,
      lateDevices: { count, some: ids.slice(0, lateShown).flatMap(refOf) },
      gaps: (await gapsOf(this.#deps.db, id)).map(({ fromMs, untilMs, reason }) => ({
        from: fromMs,
        until: untilMs,
        reason,
      })),
      foreignReplies: this.presence
        .notesOf(id)
        .filter(
          ({ deviceId, finding }) => !model.devices.get(deviceId)?.answersFrom.includes(finding.address),
        )
        .flatMap(({ deviceId, finding, atMs }) =>
          refOf(deviceId).map((device) => ({ device, address: finding.address, at: atMs })),
        ),
    }
  }

  /** Of these, the collectors that the viewer may see. */
  async visible(viewer: Scope, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return []
    const model = await this.#deps.estate.model()
    const rows = await store.listCollectors(this.#deps.db)
    return rows.filter((row) => ids.includes(row.id) && sees(viewer, row, model)).map(({ id }) => id)
  }

  /** A collector to come: its token is shown once. */
  async invite(viewer: Scope, { name, siteId, regionId }: NewCollector): Promise<CollectorToken> {
    const { audit, clock } = this.#deps
    const model = await this.#deps.estate.model()
    const place = { site_id: siteId ?? null, region_id: siteId ? null : (regionId ?? null) }
    refuseOutside(viewer, place, model)
    const [nowMs, token] = [clock(), newSecret()]
    const row = {
      ...store.newRow(newId('collector', nowMs), name, nowMs),
      ...place,
      ...tokenOf(token, nowMs),
    }
    await audit.write(async (tx, note) => {
      await store.insertCollector(tx, row)
      note({ action: 'uplink.collector-invited', ...about(row, model), after: { name, siteId, regionId } })
    })
    return { collectorId: row.id, token, expiresAt: row.token_expires_at }
  }

  async change(viewer: Scope, id: string, patch: CollectorPatch): Promise<Collector> {
    const { audit, bus, clock, estate } = this.#deps
    const { row, model } = await this.#find(viewer, id)
    const before = { name: row.name, siteId: row.site_id, uplinkBps: row.uplink_bps }
    const after = { ...before, ...patch }
    // Without its site it stays where it was, or it would slip out of its owners' sight.
    const regionId = after.siteId === null ? (regionOf(row, model)?.id ?? null) : null
    const values = {
      name: after.name,
      site_id: after.siteId,
      region_id: row.is_local ? null : regionId,
      uplink_bps: after.uplinkBps,
    }
    if (patch.siteId) refuseOutside(viewer, values, model)
    await audit.write(async (tx, note) => {
      await store.updateCollector(tx, id, values, clock())
      note({
        action: 'uplink.collector-changed',
        ...about({ ...row, ...values }, model),
        ...differences(before, after),
      })
    })
    if (after.uplinkBps !== before.uplinkBps) bus.emit('collector.line', { collectorId: id })
    estate.changed([])
    return this.get(viewer, id)
  }

  /** Ends its connection, and its key for good. Its devices stay its own: they are missed until they are handed over. */
  async revoke(viewer: Scope, id: string): Promise<Collector> {
    const { audit, bus, clock, estate } = this.#deps
    const { row, model } = await this.#find(viewer, id)
    refuseLocal(row)
    const nowMs = clock()
    const values = { ...noToken, key_hash: null, public_key: null, revoked_at: row.revoked_at ?? nowMs }
    await audit.write(async (tx, note) => {
      await store.updateCollector(tx, id, values, nowMs)
      note({ action: 'uplink.collector-revoked', ...about(row, model) })
    })
    bus.emit('collector.barred', { collectorId: id })
    estate.changed([])
    return this.get(viewer, id)
  }

  /** Offers it a release, which it fetches, tries, and keeps if it comes back with it. */
  async upgrade(viewer: Scope, id: string, name: string): Promise<Collector> {
    const { audit, bus, releases } = this.#deps
    const { row, model } = await this.#find(viewer, id)
    const software = this.presence.of(id)?.software
    if (row.is_local) throw conflict('collector-is-local', localUpgrade)
    if (!this.presence.of(id)?.connected) throw conflict('collector-away')
    if (!software?.isUpgradable) throw conflict('not-upgradable')
    const found = (await releases.list()).find(({ release }) => release === name)
    if (!found) throw notFound('release')
    const { release, platform, bytes, sha256 } = found
    if (platform !== software.platform) throw conflict('other-platform')
    if (release === software.release) throw conflict('same-release')
    await audit.write(async (_tx, note) => {
      const [before, after] = [{ release: software.release }, { release }]
      note({ action: 'uplink.collector-upgrade-asked', ...about(row, model), before, after })
    })
    bus.emit('collector.upgrade', { collectorId: id, offer: { release, platform, bytes, sha256 } })
    return this.get(viewer, id)
  }

  /** A new token for a machine that was replaced. The present key opens until another enrols; one that was revoked may come back. */
  async renew(viewer: Scope, id: string): Promise<CollectorToken> {
    const { audit, clock } = this.#deps
    const { row, model } = await this.#find(viewer, id)
    refuseLocal(row)
    const [nowMs, token] = [clock(), newSecret()]
    const values = { ...tokenOf(token, nowMs), revoked_at: null }
    await audit.write(async (tx, note) => {
      await store.updateCollector(tx, id, values, nowMs)
      note({ action: 'uplink.collector-token-renewed', ...about(row, model) })
    })
    return { collectorId: id, token, expiresAt: values.token_expires_at }
  }

  /** It hung up. */
  async left(id: string): Promise<void> {
    const { db, clock } = this.#deps
    this.presence.left(id)
    await store.updateCollector(db, id, { seen_at: clock() }, clock())
  }

  async #find(viewer: Scope, id: string): Promise<{ row: CollectorRow; model: EstateModel }> {
    const model = await this.#deps.estate.model()
    const row = await store.findCollector(this.#deps.db, id)
    if (!row || !sees(viewer, row, model)) throw notFound('collector')
    return { row, model }
  }

  #view(row: CollectorRow, model: EstateModel, deviceCount: number): Collector {
    const sign = this.presence.of(row.id)
    const site = model.sites.get(row.site_id ?? '')
    const region = regionOf(row, model)
    return {
      id: row.id,
      name: row.name,
      state: row.revoked_at ? 'revoked' : row.key_hash ? 'enrolled' : 'invited',
      siteId: row.site_id,
      site: site ? { id: site.id, name: site.name } : null,
      region: region ? { id: region.id, name: region.name } : null,
      isLocal: row.is_local === 1,
      uplinkBps: row.uplink_bps,
      deviceCount,
      enrolledAt: row.enrolled_at,
      tokenExpiresAt: row.token_used_at === null ? row.token_expires_at : null,
      connected: sign?.connected ?? false,
      seenAt: sign?.seenMs ?? row.seen_at,
      health: sign?.health ? healthView(sign.health) : null,
      faults: (sign?.connected ? (sign.health?.faults ?? []) : []).map(({ code, text, sinceMs }) => ({
        code,
        text,
        sinceAt: sinceMs ?? null,
      })),
      software: sign?.software ?? null,
    }
  }
}

/** What a collector of the version before does not say is not known. */
const healthView = (health: CollectorHealth): NonNullable<Collector['health']> => ({
  ...health,
  spoolBoundBytes: health.spoolBoundBytes ?? null,
  spoolHoursLeft: health.spoolHoursLeft ?? null,
  onTimePercent: health.onTimePercent ?? null,
  late: health.late ?? 0,
  skipped: health.skipped ?? 0,
  timeouts: health.timeouts ?? null,
  upgrade: health.upgrade ?? null,
})

type Place = Pick<CollectorRow, 'site_id' | 'region_id'>

function regionOf(place: Place, { sites, regions }: EstateModel): RegionModel | undefined {
  const id = sites.get(place.site_id ?? '')?.regionId ?? place.region_id
  return regions.get(id ?? '') ?? [...regions.values()].sort((a, b) => a.path.length - b.path.length)[0]
}

function sees(viewer: Scope, place: Place, model: EstateModel): boolean {
  const region = regionOf(place, model)
  return region !== undefined && covers(viewer, region.path)
}

/** Whoever does not run the root must say where it belongs, and that within their own regions. */
function refuseOutside(viewer: Scope, place: Place, model: EstateModel): void {
  if (place.site_id && !model.sites.has(place.site_id)) throw notFound('site')
  if (place.region_id && !model.regions.has(place.region_id)) throw notFound('region')
  if (sees(viewer, place, model)) return
  if (place.site_id) throw notFound('site')
  if (place.region_id) throw notFound('region')
  throw invalid([{ path: '/regionId', code: 'required', message: 'is required' }])
}

function refuseLocal(row: CollectorRow): void {
  if (!row.is_local) return
  throw conflict('collector-is-local', {
    zh: `${row.name} 由服务器自己启动，其密钥随服务器密钥一同更换`,
    en: `${row.name} is started by the server itself: its key changes with the server's own`,
  })
}

const localUpgrade = {
  zh: '本机采集器随服务器一起升级',
  en: 'The collector beside the server is upgraded with it',
}

const tokenOf = (token: string, nowMs: number) => ({
  token_hash: secretHash(token),
  token_expires_at: nowMs + tokenLifeMs,
  token_used_at: null,
})

const about = (row: CollectorRow, model: EstateModel) => ({
  entity: { type: 'collector', id: row.id, name: row.name },
  regionId: regionOf(row, model)?.id ?? null,
})

function deviceCounts({ devices }: EstateModel): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { collectorId } of devices.values())
    if (collectorId !== null) counts.set(collectorId, (counts.get(collectorId) ?? 0) + 1)
  return counts
}
