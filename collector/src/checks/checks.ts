import { isDeepStrictEqual } from 'node:util'
import { unjudgedCodes, type CheckMetric, type CheckSpec } from '@zongheng/inventory/check.ts'
import { openSealed, type CheckProbe, type Sealed } from '../contract.ts'
import { limiter } from '../limit.ts'
import type { Recorder } from '../recorder.ts'
import { Schedule } from '../schedule.ts'
import type { SealingKeys } from '../seal.ts'
import type { CheckResult } from './outcome.ts'
import { runCheck } from './run.ts'
import type { CheckMemory, CheckParts } from './runner.ts'

export interface ChecksParts extends CheckParts {
  keys: SealingKeys
  recorder: Recorder
  now: () => number
}

/** Checks that run at once; a slow one holds its place until its time is over. */
const width = 64

interface Entry {
  probe: CheckProbe
  memory: CheckMemory
  /** What was told last. */
  code: string | null
  running: Promise<CheckResult> | null
}

/** The checks of the assignment, each on its schedule. */
export class Checks {
  readonly #parts: ChecksParts
  readonly #entries = new Map<string, Entry>()
  readonly #schedule = new Schedule()
  readonly #limit = limiter(width)
  readonly #stop = new AbortController()

  constructor(parts: ChecksParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#entries.size
  }

  ids(): string[] {
    return [...this.#entries.keys()]
  }

  /** Adds a check, or changes it: one that asks for something else starts anew. */
  set(probe: CheckProbe): void {
    const known = this.#entries.get(probe.checkId)
    if (known && isDeepStrictEqual(known.probe.spec, probe.spec)) known.probe = probe
    else {
      this.#schedule.delete(probe.checkId)
      this.#entries.set(probe.checkId, { probe, memory: {}, code: null, running: null })
    }
    this.#schedule.set(probe.checkId, probe.intervalS * 1000, async () => {
      await this.run(probe.checkId)
    })
  }

  delete(checkId: string): void {
    this.#schedule.delete(checkId)
    this.#entries.delete(checkId)
  }

  close(): void {
    this.#schedule.clear()
    this.#entries.clear()
    this.#stop.abort()
  }

  /** Runs one now, and tells of it; null when there is no such check. While it runs there is no second run. */
  async run(checkId: string): Promise<CheckResult | null> {
    const entry = this.#entries.get(checkId)
    if (!entry) return null
    entry.running ??= this.#runEntry(entry).finally(() => (entry.running = null))
    return await entry.running
  }

  /** Runs one that is not assigned, and tells nobody else. */
  async try(
    spec: CheckSpec,
    credential: Sealed | null,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<CheckResult> {
    return await this.#limit(() =>
      this.#ask({ spec, credential, timeoutMs }, {}, signal ?? this.#stop.signal),
    )
  }

  async #runEntry(entry: Entry): Promise<CheckResult> {
    return await this.#limit(async () => {
      const { probe } = entry
      const atMs = this.#parts.now()
      const result = await this.#ask(probe, entry.memory, this.#stop.signal)
      if (this.#entries.get(probe.checkId) === entry) this.#tell(entry, atMs, result)
      return result
    })
  }

  async #ask(
    { spec, credential, timeoutMs }: Pick<CheckProbe, 'spec' | 'credential' | 'timeoutMs'>,
    memory: CheckMemory,
    signal: AbortSignal,
  ): Promise<CheckResult> {
    let opened: unknown
    try {
      opened = credential && openSealed(this.#parts.keys, credential)
    } catch (error) {
      const text = (error as Error).message
      return { ok: false, code: 'credential', values: { text }, metrics: {} }
    }
    return await runCheck({ spec, credential: opened, timeoutMs, memory, signal }, this.#parts)
  }

  #tell(entry: Entry, atMs: number, { ok, code, values, metrics }: CheckResult): void {
    const { recorder } = this.#parts
    const { checkId } = entry.probe
    if (!unjudgedCodes.has(code)) {
      recorder.sample('checkOk', checkId, atMs, ok ? 1 : 0)
      for (const [metric, value] of Object.entries(metrics) as [CheckMetric, number][])
        recorder.sample(metric, checkId, atMs, Math.round(value * 100) / 100)
    }
    if (entry.code === code && code !== 'body-changed') return
    entry.code = code
    recorder.fact({ kind: 'check', checkId, atMs, outcome: { ok, code, values } })
    recorder.flushSoon()
  }
}
