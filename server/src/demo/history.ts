/** Two months of outages that the simulated province has behind it, so that its statements tell something. Pure. */
import { between, fraction, whole } from '@zongheng/inventory/demo/hash.ts'
import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { CircuitModel, EstateModel, LinkModel } from '../estate/model.ts'
import type { StatefulType } from '../events.ts'
import type { Change } from '../state/held.ts'

const minute = 60_000
const day = 24 * 60 * minute
const reachesBackMs = 62 * day
/** The last hours are what the simulator plays. */
const quietMs = 6 * 60 * minute
const roundMs = 10_000

interface Break {
  fromMs: number
  untilMs: number
}

export function demoHistory(model: EstateModel, nowMs: number): Change[] {
  const beganMs = nowMs - reachesBackMs
  const siteBreaks = new Map<string, Break[]>()
  for (const { id, name } of model.sites.values())
    if (fraction(`power ${name}`) < 0.03) siteBreaks.set(id, [breakOf(`power ${name}`, nowMs, 40, 200)])
  const deviceBreaks = new Map<string, Break[]>()
  for (const { id, name, role } of model.devices.values())
    if (role === 'access-router' && fraction(`router ${name}`) < 0.02)
      deviceBreaks.set(id, [breakOf(`router ${name}`, nowMs, 6, 50)])
  const changes: Change[] = []
  const put = (type: StatefulType, one: { id: string; regionId: string }, breaks: Break[], why: Why) =>
    changes.push(...chainOf(type, one, beganMs, breaks, why))
  const circuitBreaks = new Map<string, Break[]>()
  for (const circuit of model.circuits.values()) {
    const siteId = model.devices.get(circuit.z.deviceId)?.siteId ?? ''
    const shared = [...(siteBreaks.get(siteId) ?? []), ...(deviceBreaks.get(circuit.z.deviceId) ?? [])]
    const regionId = model.links.get(circuit.linkId)?.regionId ?? ''
    const breaks = apart([...shared, ...linesBreaks(circuit, nowMs)])
    circuitBreaks.set(circuit.id, breaks)
    put('circuit', { id: circuit.id, regionId }, breaks, probes(circuit))
  }
  for (const link of model.links.values()) changes.push(...linkChain(link, beganMs, circuitBreaks))
  for (const [id, breaks] of siteBreaks) put('site', model.sites.get(id)!, breaks, none)
  for (const [id, breaks] of deviceBreaks) put('device', model.devices.get(id)!, breaks, none)
  return changes
}

/** Most lines hold; a few are the carrier's bad ones. */
function linesBreaks({ number }: CircuitModel, nowMs: number): Break[] {
  const luck = fraction(`line ${number}`)
  const count = luck < 0.72 ? 0 : luck < 0.95 ? 1 : whole(`many ${number}`, 2, 6)
  return Array.from({ length: count }, (_, i) => breakOf(`${number} ${i}`, nowMs, 2, luck > 0.97 ? 400 : 75))
}

function breakOf(seed: string, nowMs: number, leastMin: number, mostMin: number): Break {
  const fromMs = Math.round(between(`at ${seed}`, nowMs - reachesBackMs + day, nowMs - day))
  const untilMs = fromMs + Math.round(between(`for ${seed}`, leastMin * minute, mostMin * minute))
  return { fromMs, untilMs: Math.min(untilMs, nowMs - quietMs) }
}

type Why = (state: 'up' | 'down', atMs: number) => EvidenceItem[]
const none: Why = () => []
/** As the probes saw it, a round before and after. */
const probes =
  ({ leg }: CircuitModel): Why =>
  (state, atMs) =>
    state === 'down'
      ? [evidence('probe-lost', 'bad', atMs, { address: leg?.address ?? null, okAtMs: atMs - roundMs, lostSinceMs: atMs })]
      : [evidence('probe-ok', 'good', atMs, { address: leg?.address ?? null, lostAtMs: atMs - roundMs })] // prettier-ignore

/** In order; what begins while another lasts is left out. */
function apart(breaks: Break[]): Break[] {
  const kept: Break[] = []
  for (const one of breaks.sort((a, b) => a.fromMs - b.fromMs))
    if (one.fromMs > (kept.at(-1)?.untilMs ?? 0)) kept.push(one)
  return kept
}

/** What its circuits make of a link: the primary carries while it can. */
function linkChain(
  { id: entityId, regionId, circuits }: LinkModel,
  beganMs: number,
  breaks: ReadonlyMap<string, Break[]>,
): Change[] {
  const of = circuits.map(({ id }) => breaks.get(id) ?? [])
  const edges = new Set([beganMs, ...of.flat().flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])])
  const chain: Change[] = []
  for (const atMs of [...edges].sort((a, b) => a - b)) {
    const isCut = of.map((own) => own.some(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs))
    const to = isCut.every(Boolean)
      ? 'down'
      : isCut[0]
        ? 'on-backup'
        : isCut.includes(true)
          ? 'unprotected'
          : 'normal'
    const from = chain.at(-1)?.to ?? null
    if (to !== from) chain.push({ entityId, entityType: 'link', regionId, from, to, atMs, evidence: [] })
  }
  return chain
}

/** Up, and down in between. */
function chainOf(
  entityType: StatefulType,
  { id: entityId, regionId }: { id: string; regionId: string },
  beganMs: number,
  breaks: Break[],
  why: Why,
): Change[] {
  const turns: [state: 'up' | 'down', atMs: number][] = [['up', beganMs]]
  for (const { fromMs, untilMs } of breaks) turns.push(['down', fromMs], ['up', untilMs])
  return turns.map(([to, atMs], i) => ({
    entityId,
    entityType,
    regionId,
    from: turns[i - 1]?.[0] ?? null,
    to,
    atMs,
    evidence: why(to, atMs),
  }))
}
