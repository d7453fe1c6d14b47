import { evidence } from '@zongheng/inventory/evidence.ts'
import type { Severity } from '@zongheng/inventory/severity.ts'
import { severities } from '@zongheng/inventory/severity.ts'
import type { DeviceModel, EstateModel } from '../estate/model.ts'
import type { FindingSource } from '../state/finding-source.ts'
import type { Finding } from '../state/finding.ts'
import type { Ground, Pass } from '../state/pass.ts'
import type { Matched } from './matcher.ts'
import type { ReadyRule, RuleBook } from './rule-book.ts'

const condition = 'log-match'
/** A device with more of them at once has other troubles. */
const maxPerDevice = 20
const maxCounted = 50_000

interface Raised {
  ruleId: string
  name: string
  severity: Severity
  ticket: boolean
  text: string
  sinceMs: number
  lastMs: number
  untilMs: number
  count: number
}

/** What rules raise of what devices tell: it holds until its counterpart is told, or for so long since it was last told. */
export class LogFindings implements FindingSource {
  #model: EstateModel | null = null
  /** By device, then by rule. */
  readonly #raised = new Map<string, Map<string, Raised>>()
  /** Instants of what does not count yet, by device and rule. */
  readonly #counted = new Map<string, number[]>()

  rebuild({ model }: Ground): void {
    this.#model = model
    for (const deviceId of this.#raised.keys())
      if (!model.devices.has(deviceId)) this.#raised.delete(deviceId)
  }

  /** A record that a rule matched which raises. `times`: how many it stands for. */
  raise(deviceId: string, rule: ReadyRule, record: Matched, atMs: number, times: number): void {
    const { action } = rule
    if (action.kind !== 'raise') return
    const known = this.#raised.get(deviceId)?.get(rule.id)
    if (!known && !this.#isEnough(deviceId, rule, atMs, times)) return
    const ofDevice = this.#raised.get(deviceId) ?? new Map<string, Raised>()
    if (!known && ofDevice.size >= maxPerDevice) return
    ofDevice.set(rule.id, {
      ruleId: rule.id,
      name: rule.name,
      severity: action.severity,
      ticket: action.ticket,
      text: `${record.name} ${record.text}`.slice(0, 300),
      sinceMs: known?.sinceMs ?? atMs,
      lastMs: Math.max(atMs, known?.lastMs ?? 0),
      untilMs: Math.max(atMs + action.clearAfterS * 1000, known?.untilMs ?? 0),
      count: (known?.count ?? 0) + times,
    })
    this.#raised.set(deviceId, ofDevice)
  }

  /** What this record says is over. */
  clear(deviceId: string, record: Matched, rules: RuleBook): void {
    const ofDevice = this.#raised.get(deviceId)
    for (const ruleId of ofDevice?.keys() ?? [])
      if (rules.byId(ruleId)?.clears?.(record)) ofDevice!.delete(ruleId)
  }

  judge({ nowMs, findings }: Pass): void {
    for (const [deviceId, ofDevice] of this.#raised) {
      for (const [ruleId, { untilMs }] of ofDevice) if (untilMs <= nowMs) ofDevice.delete(ruleId)
      const device = this.#model?.devices.get(deviceId)
      if (ofDevice.size === 0) this.#raised.delete(deviceId)
      else if (device) findings.keep(findingOf(device, [...ofDevice.values()]))
    }
  }

  isKnown(_entityId: string, of: string): boolean | undefined {
    return of === condition ? true : undefined
  }

  /** What an earlier process had raised stands, for as long as it was to stand. */
  recall(findings: Iterable<Finding>): void {
    for (const { condition: of, entityId, values, severity, priority, sinceMs } of findings) {
      const { rule, name, text, untilMs, count } = values
      if (of !== condition || typeof rule !== 'string' || typeof untilMs !== 'number') continue
      const known = { ruleId: rule, name: String(name), severity, ticket: priority !== null, text: String(text), sinceMs, lastMs: sinceMs, untilMs, count: Number(count) } // prettier-ignore
      this.#raised.set(entityId, new Map([[rule, known]]))
    }
  }

  #isEnough(deviceId: string, { id, action }: ReadyRule, atMs: number, times: number): boolean {
    if (action.kind !== 'raise') return false
    const key = `${deviceId} ${id}`
    const since = atMs - action.withinS * 1000
    const seen = (this.#counted.get(key) ?? []).filter((at) => at > since)
    for (let i = 0; i < times && seen.length < action.times; i++) seen.push(atMs)
    if (seen.length >= action.times) return (this.#counted.delete(key), true)
    this.#counted.delete(key)
    if (this.#counted.size >= maxCounted)
      for (const oldest of this.#counted.keys().take(1)) this.#counted.delete(oldest)
    this.#counted.set(key, seen)
    return false
  }
}

/** One alarm a device: of several the gravest speaks, and all are its evidence. */
function findingOf(device: DeviceModel, raised: Raised[]): Finding {
  const ordered = raised.sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.sinceMs - b.sinceMs,
  )
  const worst = ordered[0]!
  return {
    entityType: 'device',
    entityId: device.id,
    entityName: device.name,
    regionId: device.regionId,
    siteId: device.siteId,
    deviceId: device.id,
    condition,
    severity: worst.severity,
    priority: worst.ticket ? 'P3' : null,
    holdMs: 0,
    clearHoldMs: 0,
    values: {
      rule: worst.ruleId,
      name: worst.name,
      text: worst.text,
      count: worst.count,
      untilMs: worst.untilMs,
    },
    evidence: ordered.map(({ name, text, lastMs, count }) =>
      evidence('log-told', 'bad', lastMs, { name, text, count }),
    ),
    sinceMs: Math.min(...ordered.map(({ sinceMs }) => sinceMs)),
  }
}
