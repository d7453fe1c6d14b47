/** Reads a device once, by its plan, and records what it says. */
import { cpuPercent, memoryPercent, readNumber, type Lookup } from '../discover/plan.ts'
import type { Recorder } from '../recorder.ts'
import type { SnmpSession, SnmpValue } from '../snmp/session.ts'
import { numberOf } from '../snmp/value.ts'
import { incrementsBetween, type Counter, type CounterMetric, type InterfaceCounters } from './increments.ts'
import {
  counterColumns,
  counterOids,
  discontinuityColumn,
  statusColumns,
  statusOids,
  type PlannedInterface,
  type PollPlan,
} from './plan.ts'

type Values = Map<string, SnmpValue>

/** What the counters of a device said last, and which of its interfaces lack 64-bit ones. */
export class CounterMemory {
  readonly #last = new Map<string, InterfaceCounters>()
  readonly #narrow = new Set<number>()
  #allNarrow: boolean

  /** SNMPv1 has no Counter64. */
  constructor(allNarrow: boolean) {
    this.#allNarrow = allNarrow
  }

  isWide(ifIndex: number): boolean {
    return !this.#allNarrow && !this.#narrow.has(ifIndex)
  }

  setNarrow(ifIndex: number): void {
    this.#narrow.add(ifIndex)
  }

  /** After a discovery the device may have others. */
  forgetWidths(): void {
    this.#narrow.clear()
  }

  replace(id: string, now: InterfaceCounters): InterfaceCounters | null {
    const before = this.#last.get(id) ?? null
    this.#last.set(id, now)
    return before
  }
}

export interface PollContext {
  deviceId: string
  session: SnmpSession
  plan: PollPlan
  recorder: Recorder
  atMs: number
}

/** ifAdminStatus and ifOperStatus of every interface that has an id. True when one is another than before. */
export async function pollStatus(context: PollContext, last: Map<string, number>): Promise<boolean> {
  const values = await context.session.get(statusOids(context.plan))
  let changed = false
  for (const { id, ifIndex } of context.plan.interfaces)
    for (const [metric, column] of Object.entries(statusColumns) as [keyof typeof statusColumns, string][]) {
      const status = numberOf(values.get(`${column}.${ifIndex}`))
      if (status === null) continue
      context.recorder.sample(metric, id, context.atMs, status)
      const key = `${metric} ${id}`
      changed ||= last.get(key) !== status && last.has(key)
      last.set(key, status)
    }
  return changed
}

/** Counters as increments since the poll before. True when one of them cannot be true. */
export async function pollCounters(
  context: PollContext,
  memory: CounterMemory,
  epoch: number,
): Promise<boolean> {
  const { session, plan, recorder, atMs } = context
  const values = await session.get(
    plan.interfaces.flatMap(({ ifIndex }) => counterOids(ifIndex, memory.isWide(ifIndex))),
  )
  await readNarrow(session, plan, memory, values)
  let implausible = false
  for (const planned of plan.interfaces) {
    const now = countersOf(planned, values, atMs, epoch)
    const result = incrementsBetween(memory.replace(planned.id, now), now)
    implausible ||= result.implausible.length > 0
    for (const { metric, startMs, value } of result.increments)
      recorder.increment(metric, planned.id, startMs, atMs, value)
  }
  return implausible
}

/** Interfaces that gave no 64-bit octets are asked for the 32-bit ones, now and from now on. */
async function readNarrow(
  session: SnmpSession,
  plan: PollPlan,
  memory: CounterMemory,
  values: Values,
): Promise<void> {
  const { wide, narrow } = counterColumns.ifHCInOctets
  const lacking = plan.interfaces.filter(
    ({ ifIndex }) => memory.isWide(ifIndex) && !values.has(`${wide}.${ifIndex}`),
  )
  if (lacking.length === 0) return
  const found = await session.get(lacking.flatMap(({ ifIndex }) => counterOids(ifIndex, false)))
  for (const [oid, value] of found) values.set(oid, value)
  for (const { ifIndex } of lacking) if (found.has(`${narrow}.${ifIndex}`)) memory.setNarrow(ifIndex)
}

function countersOf(
  { ifIndex, speedBps }: PlannedInterface,
  values: Values,
  atMs: number,
  epoch: number,
): InterfaceCounters {
  const counters: InterfaceCounters['counters'] = {}
  for (const [metric, { wide, narrow }] of Object.entries(counterColumns) as [
    CounterMetric,
    { wide?: string; narrow: string },
  ][]) {
    const counter =
      counterOf(values.get(`${wide}.${ifIndex}`), 64) ?? counterOf(values.get(`${narrow}.${ifIndex}`), 32)
    if (counter) counters[metric] = counter
  }
  const discontinuity = numberOf(values.get(`${discontinuityColumn}.${ifIndex}`))
  return { atMs, epoch, ifIndex, speedBps, discontinuity, counters }
}

function counterOf(value: SnmpValue | undefined, bits: 32 | 64): Counter | null {
  const count = value?.value
  return typeof count === 'number' || typeof count === 'bigint' ? { value: count, bits } : null
}

/** cpuPercent, memoryPercent and the sensors that have ids. */
export async function pollReadings({ deviceId, session, plan, recorder, atMs }: PollContext): Promise<void> {
  const values = await session.get([
    ...plan.usageOids,
    ...new Set(plan.sensors.map(({ reading }) => reading.oid)),
  ])
  const lookup: Lookup = (oid) => values.get(oid)?.value
  const usage = {
    cpuPercent: cpuPercent(plan.discovery, lookup),
    memoryPercent: memoryPercent(plan.discovery, lookup),
  }
  for (const [metric, percent] of Object.entries(usage) as [keyof typeof usage, number | null][])
    if (percent !== null) recorder.sample(metric, deviceId, atMs, percent)
  for (const { id, reading } of plan.sensors) {
    const value = readNumber(reading, lookup(reading.oid))
    if (value !== null) recorder.sample('value', id, atMs, value)
  }
}
