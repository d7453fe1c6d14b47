import { newId } from '@zongheng/inventory/id.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { SecretBox } from '../secret-box.ts'
import { currentActor } from './actor.ts'
import { hashOf, sealOf, type Chained } from './chain.ts'
import { withoutSecrets, type Change } from './change.ts'
import { AuditKey } from './key.ts'
import { insertRecords, lockHead, setHead } from './store.ts'

export interface TrailDeps {
  db: Db
  clock: Clock
  secrets: SecretBox
}

/** Notes a change; it is written with the transaction, or not at all. */
export type Note = (change: Change) => void

/** Who changed what. A record stands in the same transaction as what it tells of. */
export class AuditTrail {
  readonly #deps: TrailDeps
  readonly #key: AuditKey

  constructor(deps: TrailDeps) {
    this.#deps = deps
    this.#key = new AuditKey(deps.secrets)
  }

  /** A transaction that is recorded: what `work` notes is chained at its very end, so that the chain is held for a moment only. */
  write<T>(work: (tx: Db, note: Note) => Promise<T>): Promise<T> {
    return this.#deps.db.transaction().execute(async (tx) => {
      const changes: Change[] = []
      const result = await work(tx, (change) => void changes.push(change))
      await this.append(tx, changes)
      return result
    })
  }

  /** What changed nothing, but must be known: a sign-in, an export, a secret that was read. */
  async tell(change: Change): Promise<void> {
    await this.write(async (_tx, note) => note(change))
  }

  /** What records are sealed with. */
  key(): Promise<Buffer> {
    return this.#key.get(this.#deps.db)
  }

  /** The last statements of a transaction that is already open. */
  async append(tx: Db, changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return
    const key = await this.#key.get(tx)
    const head = await lockHead(tx)
    const rows = []
    for (const change of changes) {
      const record = this.#record(head.seq + 1, change)
      const hash = hashOf(record, head.hash)
      rows.push({ ...record, hash, seal: sealOf(hash, key) })
      Object.assign(head, { seq: head.seq + 1, hash })
    }
    await insertRecords(tx, rows)
    await setHead(tx, head.seq, head.hash)
  }

  #record(seq: number, change: Change) {
    const { entity, regionId, action, actor = currentActor() } = change
    const at = this.#deps.clock()
    return {
      seq,
      id: newId('audit', at),
      at,
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: kept(actor.name),
      action,
      entity_type: entity?.type ?? null,
      entity_id: entity?.id ?? null,
      entity_name: entity && kept(entity.name),
      region_id: regionId,
      before: withoutSecrets(change.before),
      after: withoutSecrets(change.after),
      reason: kept(change.reason ?? actor.reason),
      request_id: actor.requestId,
      address: actor.address,
    } satisfies Chained
  }
}

const textAtMost = 200

/** As every database gives it back: a lone surrogate or a NUL would break the chain, or the insert. */
function kept<T extends string | null>(text: T): T {
  return (text?.slice(0, textAtMost).toWellFormed().replaceAll('\0', '') ?? null) as T
}
