import { contractVersion, type CollectorAuth } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import { actAs, currentActor } from '../audit/actor.ts'
import type { AuditTrail } from '../audit/trail.ts'
import { newSecret, secretHash, secretMatches } from '../bearer-secret.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { EventBus } from '../events.ts'
import { invalid, ProblemError } from '../http/problem.ts'
import type { Presence } from './presence.ts'
import type { Enrol } from './schema.ts'
import { isSealingKey } from './sealing-key.ts'
import * as store from './store.ts'
import type { CollectorRow } from './store.ts'

/** For as long a collector that never got its answer may ask again, with the sealing key it asked with. */
const askAgainMs = 10 * 60_000

export interface EnrolmentDeps {
  db: Db
  bus: EventBus
  clock: Clock
  audit: AuditTrail
  presence: Presence
  /** Where a collector belongs: of the audit record. */
  regionIdOf: (row: CollectorRow) => Promise<string | null>
  /** There is another one to reckon with. */
  changed: () => void
}

/** How a collector comes to its key, and what it opens with it. */
export class Enrolment {
  readonly #deps: EnrolmentDeps

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps
  }

  /** The collector that runs beside the server, made at first start. It outlives the server, so its key stays the same. */
  async local(name: string, siteId: string | null, key: string): Promise<{ id: string; key: string }> {
    const { db, clock } = this.#deps
    const nowMs = clock()
    const known = await store.findLocal(db)
    const id = known?.id ?? newId('collector', nowMs)
    if (!known)
      await store.insertCollector(db, { ...store.newRow(id, name, nowMs), is_local: 1, enrolled_at: nowMs })
    const values = { key_hash: secretHash(key), ...(siteId ? { site_id: siteId } : {}) }
    await store.updateCollector(db, id, values, nowMs)
    return { id, key }
  }

  /**
   * Swaps a token for a key of the collector's own. Asked again within ten minutes by whoever asked first, it answers another key,
   * and the former dies: a collector may be stopped before it has kept its answer.
   */
  async enrol({ token, name, publicKey }: Enrol): Promise<{ collectorId: string; key: string }> {
    const { db, bus, clock, audit, presence, regionIdOf, changed } = this.#deps
    if (!isSealingKey(publicKey))
      throw invalid([{ path: '/publicKey', code: 'format', message: 'is no X25519 public key' }])
    const [nowMs, tokenHash, key] = [clock(), secretHash(token), newSecret()]
    const row = await store.findByToken(db, tokenHash)
    if (!row || !isOpen(row, publicKey, nowMs)) throw new ProblemError(403, 'bad-enrolment-token')
    const entity = { type: 'collector', id: row.id, name: row.name }
    const regionId = await regionIdOf(row)
    await actAs({ ...currentActor(), kind: 'collector', id: row.id, name: row.name }, () =>
      audit.write(async (tx, note) => {
        const used = { token_used_at: row.token_used_at ?? nowMs, enrolled_at: nowMs }
        const values = { ...used, key_hash: secretHash(key), public_key: publicKey }
        if (!(await store.takeToken(tx, tokenHash, values, nowMs)))
          throw new ProblemError(403, 'bad-enrolment-token')
        note({
          action: 'uplink.collector-enrolled',
          entity,
          regionId,
          after: { callsItself: name, publicKey },
        })
      }),
    )
    presence.expect(row.id)
    bus.emit('collector.barred', { collectorId: row.id })
    changed()
    return { collectorId: row.id, key }
  }

  /** The collector that these credentials belong to; an Error says why not. */
  async authenticate(auth: Partial<CollectorAuth>): Promise<CollectorRow | Error> {
    const { collectorId, key, publicKey, epoch, contractVersion: version } = auth
    const isOlder = !(Number(version) > contractVersion)
    if (typeof version !== 'number' || !(Math.abs(version - contractVersion) <= 1)) {
      return new Error(
        `this collector speaks contract ${shown(version)}, this server ${contractVersion} and one more or less: upgrade the ${isOlder ? 'collector' : 'server'}`,
      )
    }
    const texts = [collectorId, key, publicKey, epoch]
    if (!texts.every((text) => typeof text === 'string' && text.length > 0 && text.length <= 200)) {
      return new Error('incomplete credentials')
    }
    const row = await store.findCollector(this.#deps.db, collectorId!)
    const known = row?.key_hash && !row.revoked_at && secretMatches(key!, row.key_hash)
    if (!row || !known) return new Error('unknown collector or key')
    return this.#checkSealingKey(row, publicKey!)
  }

  /** What is sealed can be read by whoever enrolled alone: a stolen key does not point it elsewhere. */
  async #checkSealingKey(row: CollectorRow, publicKey: string): Promise<CollectorRow | Error> {
    const { db, clock } = this.#deps
    if (row.public_key !== publicKey) {
      // The one beside the server may have lost its folder, and nobody enrols it.
      if (!row.is_local || !isSealingKey(publicKey))
        return new Error('another sealing key than the one enrolled: enrol this collector anew')
      await store.updateCollector(db, row.id, { public_key: publicKey }, clock())
    }
    if (row.token_used_at !== null) await store.updateCollector(db, row.id, noToken, clock())
    return row
  }
}

const shown = (version: unknown) => (typeof version === 'number' ? version : 'of no version')

export const noToken = { token_hash: null, token_expires_at: null, token_used_at: null }

/** Whether the token of this row still gives a key to the holder of this sealing key. */
function isOpen(row: CollectorRow, publicKey: string, nowMs: number): boolean {
  const { token_used_at: usedMs, token_expires_at: expiresMs, public_key: known } = row
  if (usedMs !== null) return known === publicKey && nowMs < usedMs + askAgainMs
  return expiresMs !== null && nowMs < expiresMs
}
