import type { Fact, LogEntry } from '@zongheng/collector/contract.ts'
import { newId } from '@zongheng/inventory/id.ts'
import type { AuditTrail } from '../audit/trail.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import { clean } from '../estate/text.ts'
import type { EventBus } from '../events.ts'
import { forbidden, invalid, notFound } from '../http/problem.ts'
import type { PageOf } from '../http/paging.ts'
import { covers, type Viewer } from '../identity/viewer.ts'
import type { Log } from '../log.ts'
import { defaultRules } from './default-rules.ts'
import { toldWithinMs, type ToldLoss } from '../state/told-losses.ts'
import type { LogFindings } from './log-findings.ts'
import { lostPorts } from './losses.ts'
import { matcherOf } from './matcher.ts'
import { PatternError } from './pattern.ts'
import { placeOf, type Place } from './place.ts'
import { builtInRuleId, matchedOf, RuleBook } from './rule-book.ts'
import type { LogAction, LogMatch, LogQuery, LogRecord, LogRule, LogRulePatch, NewLogRule } from './schema.ts'
import * as store from './store.ts'

type LogFact = Extract<Fact, { kind: 'log' }>

export interface ListeningDeps {
  db: Db
  bus: EventBus
  clock: Clock
  log: Log
  audit: Pick<AuditTrail, 'write'>
  /** The estate as it is judged. */
  model: () => EstateModel
  /** Asks the collector to poll this device now. */
  poll: (device: DeviceModel) => Promise<unknown>
  findings: LogFindings
  /** A port at an end of a circuit is said to be lost. Answers who else is to be looked at for it to be certain. */
  lost: (loss: ToldLoss) => DeviceModel[]
}

/** A device is polled for what it says once a moment, for one event is told in several records, and at most so often. */
const polling = { momentMs: 2_000, times: 3, withinMs: 90_000 }

/** Traps, informs and syslog: kept to be read, and held against rules. */
export class ListeningService {
  readonly #deps: ListeningDeps
  #rules: RuleBook | null = null
  #rulesModel: EstateModel | null = null
  /** By device, the latest. */
  readonly #polledMs = new Map<string, number[]>()

  constructor(deps: ListeningDeps) {
    this.#deps = deps
  }

  /** Keeps what a collector heard, within the caller's transaction; what is answered is called after its commit. */
  async take(tx: Db, { entries }: LogFact, collectorId: string): Promise<() => void> {
    const { clock } = this.#deps
    const model = this.#deps.model()
    const rules = await this.#book(tx)
    const nowMs = clock()
    const placed = entries.map((told) => {
      const entry = { ...told, atMs: Math.min(told.atMs, nowMs) }
      return { entry, place: placeOf(model, collectorId, entry) }
    })
    await store.insertRecords(
      tx,
      placed.map(({ entry, place }) => rowOf(entry, place, collectorId, nowMs)),
    )
    return () => {
      for (const { entry, place } of placed) this.#hold(entry, place, model, rules)
      const regionIds = new Set(placed.flatMap(({ place }) => place.regionId ?? []))
      this.#deps.bus.emit('log.arrived', { regionIds: [...regionIds], count: placed.length })
    }
  }

  /** Keeps what is made up for a demo, once; nothing follows from it. */
  async seed(collectorId: string, entries: LogEntry[]): Promise<void> {
    const { db, clock } = this.#deps
    if ((await store.countRecords(db)) > 0) return
    const model = this.#deps.model()
    await store.insertRecords(
      db,
      entries.map((entry) => rowOf(entry, placeOf(model, collectorId, entry), collectorId, clock())),
    )
  }

  async search(viewer: Viewer, query: LogQuery): Promise<PageOf<LogRecord>> {
    const page = await store.searchRecords(this.#deps.db, viewer, query)
    const model = this.#deps.model()
    return { ...page, items: page.items.map((row) => recordOf(row, model)) }
  }

  // ---- rules --------------------------------------------------------------------------

  async listRules(viewer: Viewer): Promise<{ items: LogRule[] }> {
    const rows = await store.rulesInSight(this.#deps.db, viewer)
    const builtIn = defaultRules.map(({ id, name, match, action }, position) => ({
      id: builtInRuleId(id),
      region: null,
      position,
      builtIn: true,
      name: name.zh,
      match,
      action,
      enabled: true,
    }))
    return { items: [...rows.map((row) => this.#ruleOf(row)), ...builtIn] }
  }

  async addRule(viewer: Viewer, { regionId, position = 100, ...rule }: NewLogRule): Promise<LogRule> {
    const { audit, clock } = this.#deps
    const region = this.#deps.model().regions.get(regionId)
    if (!region || !covers(viewer, region.path)) throw notFound('region')
    refuseUnreadable(rule)
    const nowMs = clock()
    const row = { id: newId('logRule', nowMs), region_id: regionId, position, ...columnsOf(rule), archived_at: null, created_at: nowMs, updated_at: nowMs } // prettier-ignore
    await audit.write(async (tx, note) => {
      await store.insertRule(tx, row)
      note({ action: 'listening.rule-added', ...about(row), after: { position, ...rule } })
    })
    this.#rules = null
    return this.#ruleOf(row)
  }

  async changeRule(viewer: Viewer, id: string, patch: LogRulePatch): Promise<LogRule> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    const before = fieldsOf(row)
    const after = { ...before, ...patch }
    refuseUnreadable(after)
    const changed = { ...row, position: after.position, ...columnsOf(after), updated_at: clock() }
    await audit.write(async (tx, note) => {
      await store.updateRule(tx, id, changed)
      note({ action: 'listening.rule-changed', ...about(changed), before, after })
    })
    this.#rules = null
    return this.#ruleOf(changed)
  }

  async archiveRule(viewer: Viewer, id: string): Promise<void> {
    const { audit, clock } = this.#deps
    const row = await this.#row(viewer, id)
    await audit.write(async (tx, note) => {
      await store.updateRule(tx, id, { archived_at: clock(), updated_at: clock() })
      note({ action: 'listening.rule-archived', ...about(row), before: fieldsOf(row) })
    })
    this.#rules = null
  }

  // ---- what follows from a record ---------------------------------------------------------

  #hold(entry: LogEntry, { device }: Place, { regions }: EstateModel, rules: RuleBook): void {
    if (!device) return
    const { findings } = this.#deps
    const record = matchedOf(entry, device)
    findings.clear(device.id, record, rules)
    const rule = rules.ruleFor(record, regions.get(device.regionId)?.path ?? '')
    if (rule?.action.kind === 'raise')
      findings.raise(device.id, rule, record, entry.atMs, Math.max(1, entry.repeated))
    if (rule?.action.kind === 'poll') this.#poll(device)
    this.#bearOut(entry, device)
  }

  /** What was told of a loss long ago bears nothing out that is seen now. */
  #bearOut(entry: LogEntry, device: DeviceModel): void {
    const { clock, model, lost } = this.#deps
    const { atMs, name, text } = entry
    if (clock() - atMs > toldWithinMs) return
    for (const interfaceId of lostPorts(entry, device, model()))
      for (const asked of lost({ interfaceId, atMs, name: clean(name), text: clean(text, 300) }))
        this.#poll(asked)
  }

  #poll(device: DeviceModel): void {
    const { clock, poll, log } = this.#deps
    const nowMs = clock()
    const polledMs = (this.#polledMs.get(device.id) ?? []).filter((ms) => nowMs - ms < polling.withinMs)
    if (polledMs.length >= polling.times || nowMs - (polledMs.at(-1) ?? -Infinity) < polling.momentMs) return
    this.#polledMs.set(device.id, [...polledMs, nowMs])
    poll(device).catch((err: unknown) => log.warn({ err, deviceId: device.id }, 'poll not asked for'))
  }

  async #book(db: Db): Promise<RuleBook> {
    const model = this.#deps.model()
    if (!this.#rules || this.#rulesModel !== model) {
      this.#rules = new RuleBook(await store.allRules(db), model)
      this.#rulesModel = model
    }
    return this.#rules
  }

  async #row(viewer: Viewer, id: string): Promise<store.RuleRow> {
    if (id.startsWith(builtInRuleId(''))) throw forbidden()
    const row = await store.ruleById(this.#deps.db, viewer, id)
    if (!row) throw notFound('rule')
    return row
  }

  #ruleOf(row: store.RuleRow): LogRule {
    const region = this.#deps.model().regions.get(row.region_id)
    return {
      id: row.id,
      region: { id: row.region_id, name: region?.name ?? '' },
      builtIn: false,
      ...fieldsOf(row),
    }
  }
}

const fieldsOf = ({ name, position, match, action, enabled }: store.RuleRow) => ({
  name,
  position,
  match: JSON.parse(match) as LogMatch,
  action: JSON.parse(action) as LogAction,
  enabled: enabled === 1,
})

const columnsOf = ({
  name,
  match,
  action,
  enabled,
}: Pick<LogRule, 'name' | 'match' | 'action' | 'enabled'>) => ({
  name,
  match: JSON.stringify(match),
  action: JSON.stringify(action),
  enabled: enabled ? 1 : 0,
})

const about = ({ id, name, region_id: regionId }: Pick<store.RuleRow, 'id' | 'name' | 'region_id'>) => ({
  entity: { type: 'logRule', id, name },
  regionId,
})

/** A pattern is tried before it is kept. */
function refuseUnreadable({ match, action }: { match: LogMatch; action: LogAction }): void {
  const parts: [string, LogMatch | null][] = [
    ['/match/pattern', match],
    ['/action/clear/pattern', action.kind === 'raise' ? action.clear : null],
  ]
  for (const [path, part] of parts) {
    try {
      if (part) matcherOf(part)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      throw invalid([{ path, code: 'pattern', message: error.message }])
    }
  }
}

function rowOf(
  entry: LogEntry,
  { device, regionId }: Place,
  collectorId: string,
  nowMs: number,
): store.NewLogRow {
  const { atMs, saidMs, kind, name, severity, facility, host, address, text, values, repeated } = entry
  return {
    id: newId('logRecord', nowMs),
    at: atMs,
    received_at: nowMs,
    collector_id: collectorId,
    device_id: device?.id ?? null,
    region_id: regionId,
    address: clean(address),
    kind,
    name: clean(name),
    severity,
    facility,
    host: host === null ? null : clean(host),
    text: clean(text, 4000),
    details: JSON.stringify({ saidMs, repeated, values }).replaceAll('\\u0000', ''),
  }
}

function recordOf(row: store.LogRow, { devices, regions, collectors }: EstateModel): LogRecord {
  const { values, repeated } = JSON.parse(row.details) as { values: LogRecord['values']; repeated: number }
  const named = (id: string | null, of: ReadonlyMap<string, { name: string }>) =>
    id === null ? null : { id, name: of.get(id)?.name ?? '' }
  return {
    id: row.id,
    at: row.at,
    receivedAt: row.received_at,
    kind: row.kind,
    name: row.name,
    severity: row.severity,
    facility: row.facility,
    host: row.host,
    address: row.address,
    text: row.text,
    values,
    repeated,
    device: named(row.device_id, devices),
    region: named(row.region_id, regions),
    collector: { id: row.collector_id, name: collectors.get(row.collector_id)?.name ?? '' },
  }
}
