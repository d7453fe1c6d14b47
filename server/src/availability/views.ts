/** Accounts as they are told: a circuit's month, a carrier's, everybody's. Pure. */
import type { CircuitModel, EstateModel } from '../estate/model.ts'
import { percentOf } from '../state/availability.ts'
import { measure, type Account } from './account.ts'
import type { CircuitMonth, Statement, Sum } from './schema.ts'
import type { Month } from './service.ts'

export interface Row {
  circuit: CircuitModel
  account: Account
}

export function circuitMonth({ circuit, account }: Row, { links, regions }: EstateModel): CircuitMonth {
  const link = links.get(circuit.linkId)
  const regionId = link?.regionId ?? ''
  const { upMs, down, plannedMs, unknownMs, errorBoundMs, carrierErrorBoundMs } = account
  return {
    circuit: { id: circuit.id, name: circuit.number },
    link: { id: circuit.linkId, name: link?.name ?? '' },
    region: { id: regionId, name: regions.get(regionId)?.name ?? '' },
    carrier: { id: circuit.carrierId, name: circuit.carrier },
    role: circuit.role,
    access: circuit.access,
    bandwidthBps: circuit.bandwidthBps,
    promisedPercent: circuit.promisedPercent,
    upMs,
    down,
    plannedMs,
    unknownMs,
    errorBoundMs,
    carrierErrorBoundMs,
    ...measure(account, circuit.promisedPercent),
  }
}

export function statementOf(rows: readonly Row[], month: Month): Omit<Statement, 'timeZone'> {
  const byCarrier = Map.groupBy(rows, ({ circuit }) => circuit.carrierId)
  const carriers = [...byCarrier].map(([id, own]) => {
    const { carrier, hotline } = own[0]!.circuit
    return { carrier: { id, name: carrier }, hotline, ...sumOf(own) }
  })
  carriers.sort((a, b) => (a.carrier.name < b.carrier.name ? -1 : 1))
  const { month: name, fromMs, untilMs, isOver } = month
  return { month: name, from: fromMs, until: untilMs, isOver, total: sumOf(rows), carriers }
}

function sumOf(rows: readonly Row[]): Sum {
  const down = { carrier: 0, mains: 0, own: 0, unknown: 0 }
  const time = { upMs: 0, plannedMs: 0, unknownMs: 0, errorBoundMs: 0, carrierErrorBoundMs: 0 }
  const counts = { kept: 0, broken: 0, unsure: 0, none: 0 }
  let [beyondMs, carrierOutages] = [0, 0]
  for (const { circuit, account } of rows) {
    const measured = measure(account, circuit.promisedPercent)
    for (const cause of Object.keys(down) as (keyof typeof down)[]) down[cause] += account.down[cause]
    for (const key of Object.keys(time) as (keyof typeof time)[]) time[key] += account[key]
    counts[measured.verdict] += 1
    beyondMs += measured.beyondMs
    carrierOutages += measured.carrierOutages
  }
  const downMs = down.carrier + down.mains + down.own + down.unknown
  const knownMs = time.upMs + downMs
  return {
    circuits: rows.length,
    kept: counts.kept,
    broken: counts.broken,
    unsure: counts.unsure,
    ...time,
    down,
    beyondMs,
    carrierOutages,
    percent: percentOf(downMs, knownMs),
    carrierPercent: percentOf(down.carrier, knownMs),
  }
}
