import type { SampleColumns } from '@zongheng/collector/contract.ts'
import { isBuiltIn } from '@zongheng/inventory/condition.ts'
import { defaultSpecs } from '@zongheng/inventory/conditions/defaults.ts'
import { Engine, type Standing } from '@zongheng/inventory/conditions/engine.ts'
import { metrics, type MetricName } from '@zongheng/inventory/metric.ts'
import type { SensorSeverity } from '@zongheng/inventory/sensor.ts'
import { worse } from '@zongheng/inventory/severity.ts'
import type { FindingSource } from '../state/finding-source.ts'
import { findingKey, type Finding } from '../state/finding.ts'
import type { Ground, Pass } from '../state/pass.ts'
import { Compiler, metricOfForecast, type CompiledRule, type Rule } from './compile.ts'
import { findingOf } from './findings.ts'
import { Groups } from './groups.ts'
import { Subjects, type SeriesSubject } from './subjects.ts'

/** Holds everything that is measured against its rules, as it is measured. */
export class ConditionJudge implements FindingSource {
  engine = new Engine<CompiledRule>([])
  compiler = new Compiler([])
  #rulesOf: (subjects: Subjects) => readonly Rule[] = () => []
  #subjects: Subjects | undefined
  #ground: Ground | undefined
  #pass: Pass | undefined
  readonly #groups = new Groups()
  /** By a finding's key: the series it was told from. */
  readonly #told = new Map<string, Set<string>>()
  /** Since when this process listens. */
  readonly #sinceMs: number
  /** Told when machines are others than before. */
  onCompiled: () => void = () => undefined

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  get subjects(): Subjects | undefined {
    return this.#subjects
  }

  /** Takes other rules; what goes on under them goes on. A function: where regions lie is known only with the estate. */
  setRules(rules: readonly Rule[] | ((subjects: Subjects) => readonly Rule[])): void {
    this.#rulesOf = typeof rules === 'function' ? rules : () => rules
    this.#compile()
  }

  rebuild(ground: Ground): void {
    this.#ground = ground
    this.#subjects = new Subjects(ground.model)
    this.#compile()
  }

  /** O(estate). */
  #compile(): void {
    if (!this.#subjects) return
    this.compiler = new Compiler(this.#rulesOf(this.#subjects))
    const engine = new Engine<CompiledRule>(this.compiler.watches(this.#subjects))
    engine.adopt(this.engine)
    this.engine = engine
    this.#groups.rebuild(this.#subjects.model, this.compiler)
    this.onCompiled()
  }

  ingest(batch: readonly SampleColumns[]): void {
    for (const columns of batch) this.engine.ingest(columns.metric, columns)
  }

  /** O(what is ill + what may be silent). */
  judge(pass: Pass): void {
    const { findings, nowMs } = pass
    this.#pass = pass
    this.engine.lookForAbsence(nowMs, this.#sinceMs)
    const worst = new Map<string, Finding>()
    for (const standing of this.engine.ill()) {
      const subject = this.#subjectOf(standing)
      if (!subject || (standing.rule.kind === 'absence' && !this.#isAnswering(standing, subject, nowMs)))
        continue
      const finding = findingOf(standing, subject)
      const key = findingKey(finding)
      this.#remember(key, subject.id)
      const known = worst.get(key)
      if (!known || isGraver(finding, known)) worst.set(key, finding)
    }
    for (const finding of worst.values()) findings.keep(finding)
    const { book } = this.#ground!
    for (const finding of this.#groups.judge(nowMs, (id) => book.stateOf(id))) findings.keep(finding)
  }

  #remember(key: string, seriesId: string): void {
    const known = this.#told.get(key)
    if (known) known.add(seriesId)
    else this.#told.set(key, new Set([seriesId]))
  }

  #subjectOf({ metric, entity }: Standing<CompiledRule>): SeriesSubject | null {
    const { entity: kind } = metrics[metricOfForecast(metric) as MetricName]
    return this.#subjects?.get(kind, entity) ?? null
  }

  /** A silent device's parts are silent, too: that is said of the device. */
  #isAnswering({ rule }: Standing<CompiledRule>, { deviceId }: SeriesSubject, nowMs: number): boolean {
    const held = deviceId === null ? undefined : this.#ground?.book.get(deviceId)
    if (deviceId === null) return true
    const answers = held?.state === 'up' || held?.state === 'degraded'
    return answers && nowMs - (held?.sinceMs ?? nowMs) >= rule.settings.afterS * 1000
  }

  isKnown(entityId: string, condition: string): boolean | undefined {
    if (isBuiltIn(condition) && !(condition in defaultSpecs)) return undefined
    if (this.#groups.has(entityId, condition)) return true
    const series = this.#told.get(findingKey({ entityId, condition: condition as Finding['condition'] }))
    const isWell = [...(series ?? [entityId])].every((id) => this.engine.isWell(id, condition))
    return isWell
  }

  /** Of a group: what explains all of its members. Of anything else the estate tells. */
  explain(finding: Finding): string | null | undefined {
    if (!this.#groups.has(finding.entityId, finding.condition) || !this.#pass) return undefined
    return this.#groups.explain(finding, this.#ground!, this.#pass)
  }

  gather(finding: Finding): string | null {
    return this.#groups.gather(finding)
  }

  /** Takes up what open findings of an earlier process stood on. */
  recall(findings: Iterable<Finding>): void {
    for (const finding of findings) {
      if (finding.entityType === 'region') this.#groups.recall(finding)
      for (const { values } of finding.evidence) {
        const { seriesId, metric, level } = values
        if (typeof seriesId !== 'string' || typeof metric !== 'string') continue
        this.#remember(findingKey(finding), seriesId)
        this.engine.recall(seriesId, finding.condition, metric, level === 2 ? 2 : 1, finding.sinceMs)
      }
    }
  }

  /** How a sensor stands by its limits, as a reading shows it. */
  sensorSeverity(sensorId: string): SensorSeverity {
    let worst: SensorSeverity = 'ok'
    for (const { level } of this.engine.of(sensorId, 'sensor-limit'))
      worst = level === 2 ? 'critical' : level === 1 && worst === 'ok' ? 'warning' : worst
    return worst
  }
}

/** Of one condition of one thing the graver speaks, then the one that lasts longer. */
function isGraver(one: Finding, other: Finding): boolean {
  if (one.severity !== other.severity) return worse(one.severity, other.severity) === one.severity
  return one.sinceMs < other.sinceMs
}
