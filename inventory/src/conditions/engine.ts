/**
 * Judges samples by rules as they come: a small state machine for each rule and series, all of them in typed arrays. Nothing is
 * allocated for a sample. Time is the samples' own, so that a history judges as it did live.
 */
import { levelOf, limitNumbers, limitsWidth, type Level } from './limits.ts'
import { Programs } from './programs.ts'
import type { ConditionKind, Settings } from './spec.ts'

/** Columns of one metric, as collectors send them. */
export interface Columns {
  ids: readonly string[]
  entities: ArrayLike<number>
  atMs: ArrayLike<number>
  startMs?: ArrayLike<number>
  values: ArrayLike<number>
}

/** One series that is judged by one rule. Rules are shared by all series that are judged alike. */
export interface Watch<Rule extends EngineRule = EngineRule> {
  rule: Rule
  /** Of a metric, or of what is worked out from it. */
  metric: string
  /** The series'. */
  entity: string
  /** What a value is multiplied by before it is held against limits. */
  scale: number
}

export interface EngineRule {
  condition: string
  kind: ConditionKind
  settings: Settings
}

/** A machine: where it stands. `value` in the unit of the limits. */
export interface Standing<Rule> {
  rule: Rule
  metric: string
  entity: string
  level: Level
  value: number
  sinceMs: number
  lastMs: number
  /** For deviations: what is usual. */
  low: number | null
  high: number | null
}

const kindCode = {
  threshold: 0,
  deviation: 1,
  rate: 2,
  change: 3,
  absence: 4,
  forecast: 5,
  group: 6,
} as const
/** Two samples farther apart say nothing of the time between: what lasted must be seen to have lasted. */
const gapMs = 15 * 60_000
/** Instants remembered of each machine that counts changes. */
export const mostTimes = 16

export class Engine<Rule extends EngineRule> {
  readonly #programs: Programs<Watch<Rule>>
  readonly #rules: Rule[]
  /** By rule; deviations have limits of their own each. */
  readonly #limits: Float64Array
  readonly #forMs: Float64Array
  readonly #clearMs: Float64Array
  readonly #kind: Uint8Array

  // by machine
  readonly #rule: Uint32Array
  readonly #scale: Float64Array
  readonly #value: Float64Array
  readonly #sinceMs: Float64Array
  readonly #lastMs: Float64Array
  readonly #told: Uint8Array
  readonly #next: Uint8Array
  /** Machines that need more than that: where their part of #more begins. */
  readonly #moreAt: Int32Array
  readonly #more: Float64Array

  /** Machines whose level is told, or was since it was last asked. */
  readonly #ill = new Set<number>()
  readonly #absences: number[] = []
  readonly #onTold: ((standing: Standing<Rule>) => void) | undefined
  readonly size: number

  /** O(watches). `onTold`: at each level that is told, and when it is over. */
  constructor(watches: readonly Watch<Rule>[], onTold?: (standing: Standing<Rule>) => void) {
    this.#onTold = onTold
    const size = (this.size = watches.length)
    this.#programs = new Programs(watches)
    this.#rules = [...new Set(watches.map(({ rule }) => rule))]
    this.#limits = new Float64Array(this.#rules.length * limitsWidth)
    for (const [i, rule] of this.#rules.entries())
      this.#limits.set(limitNumbers(rule.settings), i * limitsWidth)
    this.#forMs = Float64Array.from(this.#rules, ({ settings }) => settings.forS * 1000)
    this.#clearMs = Float64Array.from(this.#rules, ({ settings }) => settings.clearForS * 1000)
    this.#kind = Uint8Array.from(this.#rules, ({ kind }) => kindCode[kind])
    this.#rule = new Uint32Array(size)
    this.#scale = new Float64Array(size)
    this.#value = new Float64Array(size).fill(NaN)
    this.#sinceMs = new Float64Array(size)
    this.#lastMs = new Float64Array(size).fill(-Infinity)
    this.#told = new Uint8Array(size)
    this.#next = new Uint8Array(size)
    this.#moreAt = new Int32Array(size).fill(-1)
    this.#more = new Float64Array(this.#layOut()).fill(NaN)
  }

  /** Numbers that machines need beside the common ones. */
  #layOut(): number {
    const ruleIndex = new Map(this.#rules.map((rule, i) => [rule, i]))
    let more = 0
    for (const [slot, { rule, scale }] of this.#programs.order.entries()) {
      this.#rule[slot] = ruleIndex.get(rule)!
      this.#scale[slot] = scale
      const width = widthOfMore(rule)
      if (width > 0) this.#moreAt[slot] = more
      more += width
      if (rule.kind === 'absence') this.#absences.push(slot)
    }
    this.#programs.order.length = 0
    return more
  }

  takes(metric: string): boolean {
    return this.#programs.byMetric.has(metric)
  }

  /** Samples of one metric, in order of time per series; those that are older than what is known are left out. O(samples). */
  ingest(metric: string, { ids, entities, atMs, startMs, values }: Columns): void {
    const program = this.#programs.byMetric.get(metric)
    if (!program) return
    let places = program.places.get(ids)
    if (!places) program.places.set(ids, (places = []))
    const { first } = program
    for (let i = 0; i < atMs.length; i++) {
      const entity = entities[i]!
      const place = (places[entity] ??= program.index.get(ids[entity]!) ?? -1)
      if (place < 0) continue
      const at = atMs[i]!
      let value = values[i]!
      if (startMs) {
        const spanMs = at - startMs[i]!
        if (spanMs <= 0) continue
        value = (value * 1000) / spanMs
      }
      const end = first[place + 1]!
      for (let slot = first[place]!; slot < end; slot++) this.#take(slot, at, value)
    }
  }

  #take(slot: number, at: number, raw: number): void {
    const last = this.#lastMs[slot]!
    if (at <= last) return
    this.#lastMs[slot] = at
    const rule = this.#rule[slot]!
    const kind = this.#kind[rule]!
    const scaled = raw * this.#scale[slot]!
    if (kind === kindCode.threshold || kind >= kindCode.forecast) {
      this.#value[slot] = scaled
      this.#settle(slot, at, last, levelOf(scaled, this.#told[slot]!, this.#limits, rule * limitsWidth))
    } else this.#takeSpecial(slot, at, last, kind, scaled)
  }

  #takeSpecial(slot: number, at: number, last: number, kind: number, scaled: number): void {
    if (kind === kindCode.deviation) {
      this.#value[slot] = scaled
      const limits = this.#moreAt[slot]!
      this.#settle(slot, at, last, scaled > this.#more[limits]! || scaled < this.#more[limits + 1]! ? 1 : 0)
    } else if (kind === kindCode.rate) this.#takeRate(slot, at, last, scaled)
    else if (kind === kindCode.change) this.#takeChange(slot, at, last, scaled)
    else {
      this.#value[slot] = 0
      this.#tell(slot, 0, at)
    }
  }

  /** The slope to a sample that is `overS` old, give or take half of it: anchors older and newer. */
  #takeRate(slot: number, at: number, last: number, scaled: number): void {
    const rule = this.#rule[slot]!
    const overMs = this.#rules[rule]!.settings.overS * 1000
    const more = this.#more
    const a = this.#moreAt[slot]!
    if (Number.isNaN(more[a]!) || at - last > Math.max(gapMs, overMs)) {
      more.fill(NaN, a, a + 4)
      more[a] = at
      more[a + 1] = scaled
      return
    }
    if (at - more[a]! >= overMs / 2) {
      if (Number.isNaN(more[a + 2]!)) {
        more[a + 2] = at
        more[a + 3] = scaled
      } else if (at - more[a + 2]! >= overMs) {
        more[a] = more[a + 2]!
        more[a + 1] = more[a + 3]!
        more[a + 2] = at
        more[a + 3] = scaled
      }
    }
    const spanMs = at - more[a]!
    if (spanMs < overMs / 2) return
    const value = ((scaled - more[a + 1]!) * overMs) / spanMs
    this.#value[slot] = value
    this.#settle(slot, at, last, levelOf(value, this.#told[slot]!, this.#limits, rule * limitsWidth))
  }

  /** So many of the remembered changes lie within the time. First comes the last value, then instants in a ring. */
  #takeChange(slot: number, at: number, last: number, scaled: number): void {
    const { times, withinS } = this.#rules[this.#rule[slot]!]!.settings
    const more = this.#more
    const a = this.#moreAt[slot]!
    const before = more[a]!
    more[a] = scaled
    if (!Number.isNaN(before) && before !== scaled) {
      more.copyWithin(a + 2, a + 1, a + mostTimes)
      more[a + 1] = at
    }
    let count = 0
    while (count < mostTimes && at - more[a + 1 + count]! <= withinS * 1000) count++
    this.#value[slot] = count
    this.#settle(slot, at, last, count >= times ? 1 : 0)
  }

  /** A level is told once it lasted; while one way is taken, the nearer level counts. */
  #settle(slot: number, at: number, last: number, level: Level): void {
    const told = this.#told[slot]!
    if (level === told) {
      this.#next[slot] = told
      return
    }
    const next = this.#next[slot]!
    const goesOn = next !== told && level > told === next > told && at - last <= gapMs
    if (goesOn) {
      if (level > told ? level < next : level > next) this.#next[slot] = level
    } else {
      this.#next[slot] = level
      this.#sinceMs[slot] = at
    }
    const rule = this.#rule[slot]!
    const lastsMs = level > told ? this.#forMs[rule]! : this.#clearMs[rule]!
    if (at - this.#sinceMs[slot]! >= lastsMs)
      this.#tell(slot, this.#next[slot]! as Level, this.#sinceMs[slot]!)
  }

  #tell(slot: number, level: Level, sinceMs: number): void {
    this.#next[slot] = level
    if (this.#told[slot] === level) return
    this.#told[slot] = level
    this.#sinceMs[slot] = sinceMs
    if (level === 0) this.#ill.delete(slot)
    else this.#ill.add(slot)
    this.#onTold?.(this.#standing(slot))
  }

  /** What was not measured for too long, by now. Series that never were are counted from `sinceMs` on. O(absences). */
  lookForAbsence(nowMs: number, sinceMs: number): void {
    for (const slot of this.#absences) {
      const afterMs = this.#rules[this.#rule[slot]!]!.settings.afterS * 1000
      const lastMs = Math.max(this.#lastMs[slot]!, sinceMs)
      const silentMs = nowMs - lastMs
      if (silentMs < afterMs) continue
      this.#value[slot] = silentMs / 1000
      this.#tell(slot, 1, lastMs)
    }
  }

  /** What is ill now. O(ill). */
  *ill(): Generator<Standing<Rule>> {
    for (const slot of this.#ill) yield this.#standing(slot)
  }

  get illCount(): number {
    return this.#ill.size
  }

  /** Every machine of an entity by a condition, or all of them. */
  *of(entity: string, condition?: string): Generator<Standing<Rule>> {
    for (const slot of this.#slotsOf(entity, condition)) yield this.#standing(slot)
  }

  /** Whether a level that is not told is known not to hold: something was measured, and nothing is on its way. */
  isWell(entity: string, condition: string): boolean {
    for (const slot of this.#slotsOf(entity, condition))
      if (this.#told[slot] !== 0 || this.#next[slot] !== 0 || this.#lastMs[slot] === -Infinity) return false
    return true
  }

  /** Takes up what an earlier process told. */
  recall(entity: string, condition: string, metric: string | null, level: Level, sinceMs: number): void {
    for (const slot of this.#slotsOf(entity, condition, metric)) {
      if (this.#lastMs[slot] === -Infinity) this.#tell(slot, level, sinceMs)
    }
  }

  *#slotsOf(entity: string, condition?: string, metric: string | null = null): Generator<number> {
    for (const slot of this.#programs.slotsOf(entity, metric))
      if (condition === undefined || this.#rules[this.#rule[slot]!]!.condition === condition) yield slot
  }

  /** Every machine that judges by what is usual, for its limits to be set. */
  *deviations(): Generator<{ slot: number; metric: string; entity: string; rule: Rule; scale: number }> {
    for (const [metric, { entities, first }] of this.#programs.byMetric)
      for (const [i, entity] of entities.entries())
        for (let slot = first[i]!; slot < first[i + 1]!; slot++) {
          const rule = this.#rules[this.#rule[slot]!]!
          if (rule.kind === 'deviation') yield { slot, metric, entity, rule, scale: this.#scale[slot]! }
        }
  }

  /** What is usual for the hour that begins; null: nothing is known, and nothing is unusual. */
  setUsual(slot: number, usual: { low: number; high: number } | null): void {
    const at = this.#moreAt[slot]!
    this.#more[at] = usual?.high ?? NaN
    this.#more[at + 1] = usual?.low ?? NaN
  }

  #standing(slot: number): Standing<Rule> {
    const rule = this.#rules[this.#rule[slot]!]!
    const { metric, entity } = this.#programs.seriesOf(slot)
    const at = this.#moreAt[slot]!
    const isDeviation = rule.kind === 'deviation' && !Number.isNaN(this.#more[at]!)
    return {
      rule,
      metric,
      entity,
      level: this.#told[slot]! as Level,
      value: this.#value[slot]!,
      sinceMs: this.#sinceMs[slot]!,
      lastMs: this.#lastMs[slot]!,
      low: isDeviation ? this.#more[at + 1]! : null,
      high: isDeviation ? this.#more[at]! : null,
    }
  }

  /** Goes on where another engine stands: machines of the same series, metric and condition. O(machines). */
  adopt(other: Engine<Rule>): void {
    for (const [metric, program] of this.#programs.byMetric) {
      const old = other.#programs.byMetric.get(metric)
      if (!old) continue
      for (const [i, entity] of program.entities.entries()) {
        const place = old.index.get(entity)
        if (place === undefined) continue
        for (let slot = program.first[i]!; slot < program.first[i + 1]!; slot++)
          for (let from = old.first[place]!; from < old.first[place + 1]!; from++)
            if (this.#isSame(slot, other, from)) this.#adoptMachine(slot, other, from)
      }
    }
  }

  #isSame(slot: number, other: Engine<Rule>, from: number): boolean {
    const [mine, theirs] = [this.#rules[this.#rule[slot]!]!, other.#rules[other.#rule[from]!]!]
    return mine.condition === theirs.condition && mine.kind === theirs.kind
  }

  #adoptMachine(slot: number, other: Engine<Rule>, from: number): void {
    this.#value[slot] = other.#value[from]!
    this.#sinceMs[slot] = other.#sinceMs[from]!
    this.#lastMs[slot] = other.#lastMs[from]!
    this.#next[slot] = other.#next[from]!
    this.#told[slot] = other.#told[from]!
    if (this.#told[slot]) this.#ill.add(slot)
    const width = widthOfMore(this.#rules[this.#rule[slot]!]!)
    const [to, at] = [this.#moreAt[slot]!, other.#moreAt[from]!]
    if (width > 0) this.#more.set(other.#more.subarray(at, at + width), to)
  }
}

/** deviation: high, low. rate: two anchors. change: the last value and instants. */
function widthOfMore({ kind }: EngineRule): number {
  if (kind === 'deviation') return 2
  if (kind === 'rate') return 4
  return kind === 'change' ? 1 + mostTimes : 0
}
