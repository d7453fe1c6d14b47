import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { contractVersion, type CollectorAuth, type CollectorHealth } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { ProblemError } from '../http/problem.ts'
import type { Collector, Enrol } from './schema.ts'
import {
  findCollector,
  findCollectorByToken,
  insertCollector,
  listCollectors,
  updateCollector,
  type CollectorRow,
} from './store.ts'

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex')
const newSecret = () => randomBytes(32).toString('base64url')

/** A collector without a word for this long is away. It says how it fares every 10 s. */
export const awayAfterMs = 45_000

interface Presence {
  connected: boolean
  seenMs: number
  health: CollectorHealth | null
}

/** Who the collectors are, and whether they are there. Keys are 256 random bits: a plain hash keeps them. */
export class UplinkService {
  readonly #db: Db
  readonly #clock: Clock
  readonly #presence = new Map<string, Presence>()
  readonly #startedMs: number

  constructor(deps: { db: Db; clock: Clock }) {
    this.#db = deps.db
    this.#clock = deps.clock
    this.#startedMs = deps.clock()
  }

  /** The collector that runs beside the server, made at first start. It outlives the server, so its key stays the same. */
  async localCollector(
    name: string,
    siteId: string | null,
    key: string,
  ): Promise<{ id: string; key: string }> {
    const nowMs = this.#clock()
    const known = (await listCollectors(this.#db)).find((row) => row.name === name)
    const id = known?.id ?? newId('collector')
    if (!known) await insertCollector(this.#db, newRow(id, name, siteId, nowMs))
    await updateCollector(
      this.#db,
      id,
      { key_hash: hash(key), ...(siteId ? { site_id: siteId } : {}) },
      nowMs,
    )
    return { id, key }
  }

  /** Says at which site a collector stands: reachability is judged from there. */
  async standsAt(collectorId: string, siteId: string): Promise<void> {
    await updateCollector(this.#db, collectorId, { site_id: siteId }, this.#clock())
  }

  /** A collector to come: its token is shown once. */
  async invite(
    name: string,
    siteId: string | null,
  ): Promise<{ collectorId: string; token: string; expiresAt: number }> {
    const token = newSecret()
    const collectorId = newId('collector')
    await insertCollector(this.#db, {
      ...newRow(collectorId, name, siteId, this.#clock()),
      token_hash: hash(token),
    })
    return { collectorId, token, expiresAt: this.#clock() + 86_400_000 }
  }

  /** Swaps a single-use token for a key of the collector's own. */
  async enrol({ token, name, publicKey }: Enrol): Promise<{ collectorId: string; key: string }> {
    const row = await findCollectorByToken(this.#db, hash(token))
    if (!row) throw new ProblemError(403, 'bad-enrolment-token')
    const key = newSecret()
    const values = { token_hash: null, key_hash: hash(key), public_key: publicKey, name }
    await updateCollector(this.#db, row.id, values, this.#clock())
    return { collectorId: row.id, key }
  }

  /** The collector that these credentials belong to; an Error says why not. */
  async authenticate(auth: Partial<CollectorAuth>): Promise<CollectorRow | Error> {
    const { collectorId, key, publicKey, epoch, contractVersion: version } = auth
    if (typeof version !== 'number' || Math.abs(version - contractVersion) > 1) {
      return new Error(`contract ${version} does not go with ${contractVersion}: update the collector`)
    }
    const texts = [collectorId, key, publicKey, epoch]
    if (!texts.every((text) => typeof text === 'string' && text.length > 0 && text.length <= 200)) {
      return new Error('incomplete credentials')
    }
    const row = await findCollector(this.#db, collectorId!)
    const known = row?.key_hash && !row.revoked_at && sameText(row.key_hash, hash(key!))
    if (!row || !known) return new Error('unknown collector or key')
    if (row.public_key !== publicKey)
      await updateCollector(this.#db, row.id, { public_key: publicKey! }, this.#clock())
    return row
  }

  arrived(id: string): void {
    this.#presence.set(id, { connected: true, seenMs: this.#clock(), health: null })
  }

  async left(id: string): Promise<void> {
    const presence = this.#presence.get(id)
    if (presence) Object.assign(presence, { connected: false, seenMs: this.#clock() })
    await updateCollector(this.#db, id, { seen_at: this.#clock() }, this.#clock())
  }

  heard(id: string, health?: CollectorHealth): void {
    const presence = this.#presence.get(id)
    if (!presence) return
    presence.seenMs = this.#clock()
    if (health) presence.health = health
  }

  /** Since when a collector is away; null while it is there, or has only just been expected. */
  awaySinceMs(id: string): number | null {
    const seenMs = this.#presence.get(id)?.seenMs ?? this.#startedMs
    return this.#clock() - seenMs > awayAfterMs ? seenMs : null
  }

  async list(): Promise<{ items: Collector[] }> {
    const rows = await listCollectors(this.#db)
    return {
      items: rows.map((row) => {
        const presence = this.#presence.get(row.id)
        return {
          id: row.id,
          name: row.name,
          siteId: row.site_id,
          state: row.key_hash ? 'enrolled' : 'invited',
          site: null,
          region: null,
          isLocal: false,
          deviceCount: 0,
          enrolledAt: row.enrolled_at,
          tokenExpiresAt: row.token_expires_at,
          connected: presence?.connected ?? false,
          seenAt: presence?.seenMs ?? row.seen_at,
          health: presence?.health ?? null,
        }
      }),
    }
  }
}

function newRow(id: string, name: string, siteId: string | null, nowMs: number): CollectorRow {
  return {
    id,
    name,
    site_id: siteId,
    region_id: null,
    token_hash: null,
    token_expires_at: null,
    key_hash: null,
    public_key: null,
    enrolled_at: null,
    seen_at: null,
    revoked_at: null,
    created_at: nowMs,
    updated_at: nowMs,
  }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
