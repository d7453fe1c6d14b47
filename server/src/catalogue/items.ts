import { faultsOfForm, type Form } from '@zongheng/inventory/form.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { ApprovalPlan } from '../approvals/schema.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { PageOf, Paging } from '../http/paging.ts'
import { conflict, invalid, notFound } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import { isSound } from '../tasks/order.ts'
import type { TaskPlan } from '../tasks/schema.ts'
import { faultsOfApprovals } from './approval-faults.ts'
import { defaultItems } from './defaults.ts'
import type { KnownRecords } from './records.ts'
import type { Category, Item, ItemContent, ItemPatch, NewItem, Offered } from './schema.ts'
import * as store from './store.ts'

export interface ItemDeps {
  db: Db
  clock: Clock
  audit: Pick<AuditTrail, 'write'>
  identity: IdentityService
  log: Log
  records: Pick<KnownRecords, 'onlySiteOf'>
}

/** What may be asked for: by region, the nearest of a key in place of those above. */
export class CatalogueItems {
  readonly #deps: ItemDeps

  constructor(deps: ItemDeps) {
    this.#deps = deps
  }

  /** What the viewer may ask for where they belong. */
  async offered(viewer: Viewer): Promise<Offered> {
    const { identity, records } = this.#deps
    const home = await identity.homeOf(viewer.userId)
    const known = (await identity.contactsOf([viewer.userId])).get(viewer.userId)
    const { name = viewer.displayName, phone = null, email = null } = known ?? {}
    return {
      items: home === undefined ? [] : await this.#views(await this.#offeredIn(home)),
      requester: { name, phone, email, site: home === undefined ? null : records.onlySiteOf(home) },
    }
  }

  /** One that is offered in this region. Throws `not-found`. */
  async mustOffer(regionId: string, id: string): Promise<Item> {
    const row = (await this.#offeredIn(regionId)).find((one) => one.id === id)
    if (!row) throw notFound('catalogue item')
    return (await this.#views([row]))[0]!
  }

  /** All of the viewer's regions, switched off or not. */
  async list(viewer: Viewer, paging: Paging): Promise<PageOf<Item>> {
    const page = await store.listItems(this.#deps.db, viewer, paging)
    return { items: await this.#views(page.items), next: page.next }
  }

  async create(viewer: Viewer, { regionId, key, enabled = true, ...content }: NewItem): Promise<Item> {
    const { clock, audit, identity } = this.#deps
    await identity.region(viewer, regionId)
    await this.#mustBeSound(content)
    const nowMs = clock()
    const id = newId('catalogueItem', nowMs)
    await audit.write(async (tx, note) => {
      const there = await store.itemsOfRegions(tx, [regionId])
      if (there.some((row) => row.key === key)) throw conflict('item-exists', { zh: '本区域已有同一标识的服务项', en: 'The region has an item of this key' }) // prettier-ignore
      const position = Math.max(0, ...there.map((row) => row.position)) + 10
      const stamps = { created_at: nowMs, updated_at: nowMs }
      await store.insertItems(tx, [{ id, region_id: regionId, key, position, ...columnsOf(content), version: 1, enabled: Number(enabled), origin: null, archived_at: null, ...stamps }]) // prettier-ignore
      note({ action: 'catalogue.item-created', entity: entityOf(id, content.name), regionId, after: { key, ...content } }) // prettier-ignore
    })
    return this.#one(id)
  }

  /** Another version; requests keep theirs. Throws `changed-meanwhile`. */
  async change(
    viewer: Viewer,
    id: string,
    { version, content, position, enabled }: ItemPatch,
  ): Promise<Item> {
    const { clock, audit } = this.#deps
    const row = await this.#mustOwn(viewer, id)
    if (content) await this.#mustBeSound(content)
    await audit.write(async (tx, note) => {
      const set = {
        ...(content && columnsOf(content)),
        ...(position !== undefined && { position }),
        ...(enabled !== undefined && { enabled: Number(enabled) }),
      }
      const isKept = await store.updateItem(tx, id, version, {
        ...set,
        version: version + 1,
        updated_at: clock(),
      })
      if (!isKept) throw changedMeanwhile()
      note({ action: 'catalogue.item-changed', entity: entityOf(id, content?.name ?? row.name), regionId: row.region_id, before: { version, enabled: row.enabled === 1 }, after: { version: version + 1, enabled, position, ...content } }) // prettier-ignore
    })
    return this.#one(id)
  }

  /** What was asked for goes on. */
  async archive(viewer: Viewer, id: string): Promise<void> {
    const { clock, audit } = this.#deps
    const row = await this.#mustOwn(viewer, id)
    await audit.write(async (tx, note) => {
      const nowMs = clock()
      const gone = { archived_at: nowMs, updated_at: nowMs }
      if (!(await store.updateItem(tx, id, row.version, gone))) throw changedMeanwhile()
      note({ action: 'catalogue.item-archived', entity: entityOf(id, row.name), regionId: row.region_id })
    })
  }

  async #mustOwn(viewer: Viewer, id: string): Promise<store.ItemRow> {
    const row = await store.itemById(this.#deps.db, id)
    const region = row && (await this.#deps.identity.regionsNamed([row.region_id])).get(row.region_id)
    if (!row || !region || !covers(viewer, region.path)) throw notFound('catalogue item')
    return row
  }

  /** Of each key the nearest; one that is switched off there hides those above. */
  async #offeredIn(regionId: string): Promise<store.ItemRow[]> {
    const { db, identity } = this.#deps
    const path = (await identity.regionsNamed([regionId])).get(regionId)?.path ?? ''
    const lineage = path.split('/').filter(Boolean)
    if (lineage.length === 0) return []
    const nearest = new Map<string, store.ItemRow>()
    for (const row of await store.itemsOfRegions(db, lineage)) {
      const there = nearest.get(row.key)
      if (!there || lineage.indexOf(row.region_id) > lineage.indexOf(there.region_id))
        nearest.set(row.key, row)
    }
    return [...nearest.values()].filter((row) => row.enabled === 1).sort((a, b) => a.position - b.position)
  }

  /** In the background: nobody waits for it. */
  founded(): void {
    this.fill().catch((err: unknown) => this.#deps.log.error({ err }, 'the catalogue is not filled'))
  }

  /** Once there is a root region: what is offered from the first day. What was there once is the installation's own. */
  async fill(): Promise<void> {
    const { db, clock, identity } = this.#deps
    const root = await identity.rootRegion()
    if (!root) return
    const nowMs = clock()
    const rows = defaultItems.map(({ key, ...content }, index) => ({
      id: newId('catalogueItem', nowMs),
      region_id: root.id,
      key,
      position: (index + 1) * 10,
      ...columnsOf({ ...content, teamId: null }),
      version: 1,
      enabled: 1,
      origin: key,
      archived_at: null,
      created_at: nowMs,
      updated_at: nowMs,
    }))
    await store.insertNewItems(db, rows)
  }

  async #mustBeSound({ form, tasks, teamId, approvals }: ItemContent): Promise<void> {
    const faults = faultsOfForm(form).map(({ path, code }) => ({ path: `/form${path}`, code, message: code }))
    if (!isSound(tasks)) faults.push({ path: '/tasks', code: 'order', message: 'a task follows earlier ones only' }) // prettier-ignore
    for (const [path, id] of [['/teamId', teamId], ...tasks.map((task, i) => [`/tasks/${i}/teamId`, task.teamId])] as [string, string | null | undefined][]) // prettier-ignore
      if (id && !(await this.#deps.identity.team(id))) faults.push({ path, code: 'unknown', message: 'no such team' }) // prettier-ignore
    faults.push(...(await faultsOfApprovals(approvals, this.#deps.identity)))
    if (faults.length > 0) throw invalid(faults)
  }

  async #one(id: string): Promise<Item> {
    const row = await store.itemById(this.#deps.db, id)
    if (!row) throw notFound('catalogue item')
    return (await this.#views([row]))[0]!
  }

  async #views(rows: store.ItemRow[]): Promise<Item[]> {
    const regions = await this.#deps.identity.regionsNamed(rows.map((row) => row.region_id))
    return rows.map((row) => ({
      id: row.id,
      region: { id: row.region_id, name: regions.get(row.region_id)?.name ?? '' },
      key: row.key,
      position: row.position,
      version: row.version,
      enabled: row.enabled === 1,
      updatedAt: row.updated_at,
      name: row.name,
      category: row.category as Category,
      description: row.description,
      icon: row.icon,
      form: JSON.parse(row.form) as Form,
      approvals: JSON.parse(row.approvals) as ApprovalPlan[],
      tasks: JSON.parse(row.tasks) as TaskPlan[],
      teamId: row.team_id,
      priority: row.priority as Item['priority'],
      receipt: row.receipt === 1,
    }))
  }
}

const entityOf = (id: string, name: string) => ({ type: 'catalogueItem', id, name })

const columnsOf = (content: ItemContent) => ({
  name: content.name,
  category: content.category,
  description: content.description,
  icon: content.icon,
  form: JSON.stringify(content.form),
  approvals: JSON.stringify(content.approvals),
  tasks: JSON.stringify(content.tasks),
  team_id: content.teamId,
  priority: content.priority,
  receipt: Number(content.receipt),
})

const changedMeanwhile = () =>
  conflict('changed-meanwhile', { zh: '已有人修改，请刷新后再改', en: 'Somebody changed it meanwhile' })
