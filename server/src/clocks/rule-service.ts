/** What is set up by region, of whichever kind: seen where it counts, changed by whoever answers for its region. */
import { newId, type EntityKind } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import { differences } from '../audit/change.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { concerns, covers, type Viewer } from '../identity/viewer.ts'

export interface RuleRow {
  id: string
  region_id: string
  name: string
}

/** One kind of rule: its rows, its shape, what it must keep to. */
export interface RuleKind<Row extends RuleRow, Input, View> {
  type: EntityKind & ('target' | 'calendar' | 'escalationRule')
  /** As audit actions call it: `desk.target-created`. */
  word: string
  builtIn: readonly View[]
  list(db: Db, regionIds: readonly string[], paging: Paging): Promise<PageOf<Row>>
  byId(db: Db, id: string): Promise<Row | undefined>
  insert(db: Db, row: Row): Promise<unknown>
  update(db: Db, id: string, set: Partial<Row>): Promise<unknown>
  columnsOf(input: Input): Omit<Row, 'id' | 'region_id' | 'archived_at' | 'created_at' | 'updated_at'>
  inputOf(row: Row): Input
  views(db: Db, rows: readonly Row[], regionOf: (id: string) => { id: string; name: string }): Promise<View[]>
  /** Throws a ProblemError for what cannot be kept. */
  check(db: Db, input: Input, regionPath: string): Promise<void>
  /** Throws for one that is still needed. */
  mayGo?(db: Db, row: Row): Promise<void>
  /** Within the transaction. */
  changed?(tx: Db, id: string): Promise<void>
  /** After the commit. */
  settled?(db: Db): Promise<void>
}

export interface RuleDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: Pick<IdentityService, 'allRegions' | 'regionsNamed'>
}

type Scope = Pick<Viewer, 'regionPaths'>

export class RuleService<Row extends RuleRow, Input extends object, View> {
  readonly #deps: RuleDeps
  readonly #kind: RuleKind<Row, Input, View>

  constructor(deps: RuleDeps, kind: RuleKind<Row, Input, View>) {
    this.#deps = deps
    this.#kind = kind
  }

  /** In order; what comes with the product stands on the last page. */
  async list(viewer: Scope, paging: Paging): Promise<PageOf<View>> {
    const { db, identity } = this.#deps
    const regions = (await identity.allRegions(db)).filter(({ path }) => concerns(viewer, path))
    const ids = regions.map(({ id }) => id)
    const { items, next } = await this.#kind.list(db, ids, paging)
    const views = await this.#views(items)
    return { next, items: next === null ? [...views, ...this.#kind.builtIn] : views }
  }

  async create(viewer: Scope, { regionId, ...rest }: Input & { regionId: string }): Promise<View> {
    const { audit, clock } = this.#deps
    const input = rest as unknown as Input
    await this.#mustFit(viewer, regionId, input)
    const nowMs = clock()
    const row = {
      id: newId(this.#kind.type, nowMs),
      region_id: regionId,
      ...this.#kind.columnsOf(input),
      archived_at: null,
      created_at: nowMs,
      updated_at: nowMs,
    } as unknown as Row
    await audit.write(async (tx, note) => {
      await this.#kind.insert(tx, row)
      note({ ...this.#told('created', row), after: input as Record<string, unknown> })
    })
    await this.#kind.settled?.(this.#deps.db)
    return (await this.#views([row]))[0]!
  }

  async change(viewer: Scope, id: string, patch: Partial<Input>): Promise<View> {
    const { audit, clock } = this.#deps
    const before = await this.#own(viewer, id)
    const was = this.#kind.inputOf(before)
    const input = { ...was, ...patch }
    await this.#mustFit(viewer, before.region_id, input)
    const set = { ...this.#kind.columnsOf(input), updated_at: clock() } as unknown as Partial<Row>
    await audit.write(async (tx, note) => {
      await this.#kind.update(tx, id, set)
      await this.#kind.changed?.(tx, id)
      note({ ...this.#told('changed', { ...before, ...set }), ...differences(was as Record<string, unknown>, input as Record<string, unknown>) }) // prettier-ignore
    })
    await this.#kind.settled?.(this.#deps.db)
    return (await this.#views([{ ...before, ...set }]))[0]!
  }

  async archive(viewer: Scope, id: string): Promise<void> {
    const { audit, clock, db } = this.#deps
    const row = await this.#own(viewer, id)
    await this.#kind.mayGo?.(db, row)
    const nowMs = clock()
    await audit.write(async (tx, note) => {
      await this.#kind.update(tx, id, { archived_at: nowMs, updated_at: nowMs } as unknown as Partial<Row>)
      note({ ...this.#told('archived', row), before: this.#kind.inputOf(row) as Record<string, unknown> })
    })
    await this.#kind.settled?.(db)
  }

  /** Throws `not-found` for one that does not concern the viewer. */
  async seen(viewer: Scope, id: string): Promise<Row> {
    const row = await this.#kind.byId(this.#deps.db, id)
    if (!row || !concerns(viewer, await this.#pathOf(row.region_id))) throw notFound(this.#kind.type)
    return row
  }

  async #own(viewer: Scope, id: string): Promise<Row> {
    const row = await this.#kind.byId(this.#deps.db, id)
    if (!row || !covers(viewer, await this.#pathOf(row.region_id))) throw notFound(this.#kind.type)
    return row
  }

  async #mustFit(viewer: Scope, regionId: string, input: Input): Promise<void> {
    const path = await this.#pathOf(regionId)
    if (path === '' || !covers(viewer, path)) throw notFound('region')
    await this.#kind.check(this.#deps.db, input, path)
  }

  async #pathOf(regionId: string): Promise<string> {
    const { db, identity } = this.#deps
    return (await identity.regionsNamed([regionId], db)).get(regionId)?.path ?? ''
  }

  async #views(rows: readonly Row[]): Promise<View[]> {
    const { db, identity } = this.#deps
    const names = await identity.regionsNamed(rows.map(({ region_id }) => region_id))
    return this.#kind.views(db, rows, (id) => ({ id, name: names.get(id)?.name ?? id }))
  }

  #told(what: 'created' | 'changed' | 'archived', { id, name, region_id }: RuleRow) {
    return {
      action: `desk.${this.#kind.word}-${what}`,
      entity: { type: this.#kind.type, id, name },
      regionId: region_id,
    }
  }
}
