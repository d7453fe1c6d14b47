import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { Faults, type Cause } from '@zongheng/inventory/causes.ts'
import type { Condition } from '@zongheng/inventory/condition.ts'
import type { Topology } from '@zongheng/inventory/topology.ts'
import type { CheckModel, CircuitModel, DeviceModel, EstateModel } from '../estate/model.ts'
import type { CheckLook } from './check-judge.ts'
import { CheckLooks } from './check-looks.ts'
import { CollectorJudge } from './collector-judge.ts'
import type { CollectorLook } from './collector-rules.ts'
import { DeviceJudge } from './device-judge.ts'
import { causesFrom, graphOf, topologyFrom } from './estate-topology.ts'
import type { FindingSource } from './finding-source.ts'
import { findingKey, type Finding } from './finding.ts'
import { FindingSet, seriesFullPercent } from './findings.ts'
import type { Change, Held } from './held.ts'
import { LinkJudge } from './link-judge.ts'
import { Observations, type Touched } from './observations.ts'
import type { Ground, Pass } from './pass.ts'
import { ReadingJudge } from './reading-judge.ts'
import { SiteJudge } from './site-judge.ts'
import { SiteView } from './site-view.ts'
import { StateBook } from './state-book.ts'
import type { ToldLoss } from './told-losses.ts'

export interface Judgement {
  changes: Change[]
  findings: Map<string, Finding>
  /** The finding that explains this one, by key; null for a root. */
  explain: (finding: Finding) => string | null
  /** Those that explain it together with that one, nearest first: without any of them it would not be. */
  coCauses: (finding: Finding) => string[]
  /** Whether an absent finding means that all is well; false where nobody has looked. */
  isKnown: (entityId: string, condition: Condition) => boolean
}

/**
 * Derives every state from the newest observations, near sites before far ones. What nothing new was said of, and time does not
 * change, is left as it is: O(what was heard + what is ill), and once a second O(circuits), since what all legs waver by counts for
 * each. The result is that of a look at everything.
 */
export class Judge {
  readonly #ground: Ground
  readonly #links: LinkJudge
  readonly #sites: SiteJudge
  readonly #devices: DeviceJudge
  readonly #readings: ReadingJudge
  readonly #collectors: CollectorJudge
  readonly #checks: CheckLooks
  readonly #sources: readonly FindingSource[]
  #seriesFilledPercent: number | null = null
  #wasSettled = false

  constructor(
    model: EstateModel,
    held: Iterable<[string, Held]>,
    nowMs: number,
    observations = new Observations(),
    sources: readonly FindingSource[] = [],
  ) {
    this.#sources = sources
    const book = new StateBook(held, nowMs, (id, { state }) =>
      this.#ground.faults.setDown(id, state === 'down'),
    )
    this.#ground = { ...structureOf(model), model, observations, book, view: new SiteView() }
    this.#links = new LinkJudge(this.#ground)
    this.#sites = new SiteJudge(this.#ground)
    this.#devices = new DeviceJudge(this.#ground)
    this.#readings = new ReadingJudge(this.#ground)
    this.#collectors = new CollectorJudge(this.#ground)
    this.#checks = new CheckLooks(this.#ground, this.#collectors)
    this.#rebuild()
  }

  /** Takes a changed estate. What is known of entities that stay is kept. */
  rebuild(model: EstateModel): void {
    Object.assign(this.#ground, { model }, structureOf(model))
    this.#rebuild()
  }

  #rebuild(): void {
    const { model, book, faults } = this.#ground
    for (const judged of [model.circuits, model.devices])
      for (const id of judged.keys()) faults.setDown(id, book.stateOf(id) === 'down')
    this.#links.rebuild()
    this.#sites.rebuild()
    this.#devices.rebuild()
    this.#readings.rebuild()
    this.#collectors.rebuild()
    this.#checks.rebuild()
    for (const source of this.#sources) source.rebuild(this.#ground)
  }

  /** The next evaluation looks at everything. */
  lookAtAll(): void {
    for (const part of [this.#links, this.#sites, this.#devices, this.#readings]) part.lookAtAll()
  }

  get observations(): Observations {
    return this.#ground.observations
  }

  get model(): EstateModel {
    return this.#ground.model
  }

  get topology(): Topology {
    return this.#ground.topology
  }

  /** What has failed, on the graph of the estate. */
  get faults(): Faults {
    return this.#ground.faults
  }

  sensorModel(id: string): ReturnType<ReadingJudge['sensorModel']> {
    return this.#readings.sensorModel(id)
  }

  held(id: string): Held | undefined {
    return this.#ground.book.get(id)
  }

  /** Nobody looked since then: what was known is unknown until somebody does. */
  forget(sinceMs: number): Change[] {
    return this.#ground.book.forget(sinceMs)
  }

  /** What is known now was so for longer than was thought. */
  backdate(id: string, sinceMs: number): void {
    const held = this.#ground.book.get(id)
    if (held && held.sinceMs > sinceMs) held.sinceMs = sinceMs
  }

  activeCircuitOf(linkId: string): string | null {
    return this.#links.activeCircuitOf(linkId)
  }

  usableAt(circuitId: string): number | null {
    return this.#links.usableAt(circuitId)
  }

  carriedAt(circuitId: string): number | null {
    return this.#links.carriedAt(circuitId)
  }

  /** When circuits last carried anything, as an earlier process knew. */
  recallUses(carriedAt: Iterable<readonly [circuitId: string, atMs: number]>): void {
    this.#links.recallUses(carriedAt)
  }

  /** The circuit's probe windows, net of the way to it. */
  quality(circuit: CircuitModel): ReturnType<LinkJudge['quality']> {
    return this.#links.quality(circuit)
  }

  /**
   * Takes up the readings that open findings of an earlier process stood on. A site that went dark on its battery cannot be read
   * again, and its last word still explains what follows from it.
   */
  recall(findings: Iterable<Finding>): void {
    const all = [...findings]
    this.#readings.recall(all)
    for (const source of this.#sources) source.recall?.(all)
  }

  /** Since when a collector gives no sign; null while it does. */
  collectorAway(collectorId: string, sinceMs: number | null): void {
    this.#collectors.away(collectorId, sinceMs)
  }

  /** How a collector fares, as it says itself, and whether it says anything. */
  collectorSeen(collectorId: string, look: CollectorLook): void {
    this.#collectors.seen(collectorId, look)
  }

  /** How full the series are; null while that is not known, or they have no bound. */
  seriesFilled(percent: number | null): void {
    this.#seriesFilledPercent = percent
  }

  /** How each of its collectors sees it now. */
  lookAtCheck(check: CheckModel, nowMs: number): CheckLook {
    return this.#checks.look(check, nowMs)
  }

  /** A device told of a loss: it bears evidence out. Answers who is to be looked at for it to be certain. */
  told(loss: ToldLoss): DeviceModel[] {
    return this.#links.told(loss)
  }

  /** Samples of a batch that was committed. */
  ingest(columns: SampleColumns[], nowMs: number): void {
    this.observations.ingest(columns)
    for (const source of this.#sources) source.ingest?.(columns, nowMs)
  }

  evaluate(nowMs: number): Judgement {
    const touched = this.observations.takeTouched()
    const isSettled = this.#ground.book.isSettled(nowMs)
    if (isSettled !== this.#wasSettled) this.lookAtAll()
    this.#wasSettled = isSettled
    this.#mark(touched)
    const pass = this.#newPass(nowMs)
    const { findings } = pass
    this.#sites.look(nowMs, isSettled)
    this.#links.judge(touched.legs.size > 0, pass)
    this.#readings.judgeSensors(pass)
    this.#sites.judge(pass)
    this.#devices.judge(pass)
    this.#checks.judge(pass)
    this.#collectors.judge(pass)
    for (const source of this.#sources) source.judge(pass)
    const filled = this.#seriesFilledPercent ?? 0
    if (filled >= seriesFullPercent) findings.addFullSeries(filled, nowMs)
    return {
      changes: this.#ground.book.takeChanges(),
      findings: findings.all,
      explain: (finding) => this.#explain(finding, pass),
      coCauses: (finding) => this.#causeOf(finding, pass)?.others.map(findingKey) ?? [],
      isKnown: (entityId, condition) => this.#isKnown(entityId, condition),
    }
  }

  #explain(finding: Finding, pass: Pass): string | null {
    for (const source of this.#sources) {
      const cause = source.explain?.(finding)
      if (cause !== undefined) return cause
    }
    const cause = this.#causeOf(finding, pass)
    return cause ? findingKey(cause.primary) : this.#gathered(finding)
  }

  #gathered(finding: Finding): string | null {
    for (const source of this.#sources) {
      const key = source.gather?.(finding)
      if (key) return key
    }
    return null
  }

  #causeOf(finding: Finding, { moment }: Pass): Cause | null {
    if (finding.condition === 'log-match')
      return this.#ground.causes.explain({ ...finding, rule: String(finding.values.rule) }, moment)
    return finding.condition === 'collector-away'
      ? this.#collectors.whyAway(finding, moment)
      : this.#ground.causes.explain(finding, moment)
  }

  #newPass(nowMs: number): Pass {
    const findings = new FindingSet(this.model, this.#readings.raised)
    const moment = {
      has: (entityId: string, condition: Condition) => findings.has(entityId, condition),
      get size() {
        return findings.all.size
      },
      standing: (id: string) => {
        const held = this.#ground.book.get(id)
        return held && { state: held.state, forMs: nowMs - held.sinceMs }
      },
    }
    return { nowMs, findings, moment }
  }

  /** What is said of one thing makes others be looked at too. */
  #mark({ devices, legs, sensors, neighbours, ports }: Touched): void {
    const { circuits, devices: known } = this.model
    for (const id of devices) {
      const device = known.get(id)
      if (!device) continue
      this.#devices.mark(id)
      this.#sites.mark(device.siteId)
    }
    for (const id of legs) {
      const siteId = known.get(circuits.get(id)?.z.deviceId ?? '')?.siteId
      if (siteId) this.#sites.mark(siteId)
    }
    for (const id of sensors) {
      const deviceId = this.sensorModel(id)?.device.id
      if (!deviceId) continue
      this.#readings.markSensorOf(deviceId)
      this.#devices.mark(deviceId)
    }
    for (const id of ports) this.#links.markPort(id)
    for (const id of neighbours) this.#links.markCircuit(id)
  }

  #isKnown(entityId: string, condition: Condition): boolean {
    for (const source of this.#sources) {
      const known = source.isKnown(entityId, condition)
      if (known !== undefined) return known
    }
    const { model, observations, book, view } = this.#ground
    switch (condition) {
      case 'link-state':
      case 'link-asymmetric':
      case 'device-down':
      case 'device-unreachable':
        return book.stateOf(entityId) !== 'unknown'
      case 'check-failed':
      case 'check-limit':
        return this.#checks.isKnown(entityId)
      case 'site-silent':
        return view.look(entityId).seenAtMs !== null
      case 'mains-lost':
        return this.#readings.isMainsRead(entityId)
      case 'collector-away':
        return !model.collectors.has(entityId) || this.#collectors.isHeard(entityId)
      case 'collector-late':
      case 'collector-fault':
        return !model.collectors.has(entityId) || this.#collectors.isThere(entityId)
      case 'series-capacity':
        return this.#seriesFilledPercent !== null
      case 'sensor-state':
        return this.#readings.isRead(entityId)
      default:
        return observations.devices.get(entityId)?.answeredAtMs != null
    }
  }
}

/** What follows from the estate alone, with nothing failed yet. */
function structureOf(model: EstateModel): Pick<Ground, 'topology' | 'faults' | 'causes'> {
  const collectors = [...model.collectors.values()]
  const faults = new Faults(graphOf(model))
  return { topology: topologyFrom(model, collectors), faults, causes: causesFrom(faults, collectors) }
}
