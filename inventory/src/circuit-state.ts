import { errorLimit, utilisationLimit, type AccessLimits } from './access.ts'
import type { CircuitState } from './circuit.ts'
import { evidence, type EvidenceItem } from './evidence.ts'
import type { NeighbourSaid } from './neighbour.ts'

/** What the leg's probe has said. Windows: `recent` one minute, `long` ten minutes, net of the path to the near site. */
export interface ProbeEvidence {
  address: string
  intervalMs: number
  okAtMs: number | null
  lostAtMs: number | null
  /** First loss since the last answer; null while it answers. */
  lostSinceMs: number | null
  /** First answer since the last loss; null while it is lost. */
  okSinceMs: number | null
  recent: ProbeWindow
  long: ProbeWindow
  noise: ProbeNoise
}

/** By how many ms all legs waver at this moment: the collector's own unsteadiness, which is no line's fault. */
export interface ProbeNoise {
  recentRttMs: number
  longRttMs: number
  jitterMs: number
}

/** Round-trip time and jitter: the median to be shown, and the lower quartile to be judged; null without enough answers. */
export interface ProbeWindow {
  sent: number
  lost: number
  rttMs: number | null
  jitterMs: number | null
  /** Three in four were at least this: a few slow answers are the way of packets. */
  mostRttMs: number | null
  mostJitterMs: number | null
}

/** How one end's interface was last read. */
export interface EndEvidence {
  device: string
  ifName: string
  up: boolean
  /** ifAdminStatus is not up: shut by hand. */
  shut: boolean
  atMs: number
}

/** What the router at one end says of the router at the other. */
export interface NeighbourEvidence extends NeighbourSaid {
  atMs: number
  /** Since when it is as it is, as far as it was watched. */
  sinceMs: number
}

export interface CircuitEvidence {
  probe: ProbeEvidence | null
  a: EndEvidence | null
  z: EndEvidence | null
  /** The end nearer to the collector: when it last gave a sign of life, and whether it is known to be silent. */
  near: { site: string; seenAtMs: number | null; dark: boolean }
  /** Share of the rented bandwidth, percent, and since when it is over the graver limit. */
  utilisation: { percent: number; highSinceMs: number | null } | null
  /** Errored packets as a share of all, and their number, over the last poll. */
  errors: { ratio: number; count: number } | null
  /** Null where no routing neighbour is known: no fault. */
  neighbour: NeighbourEvidence | null
}

export interface CircuitVerdict {
  state: CircuitState
  /** When the evidence that decides was seen; null when nothing decides. */
  atMs: number | null
  evidence: EvidenceItem[]
}

const statusFreshMs = 150_000 // two and a half polls of a minute
const fewestLost = 3 // fewer lost packets in ten minutes prove nothing
const fewestErrors = 10
/** Routing takes so long to come up once a line is back: OSPF 40 s, and a poll to see it [RFC 2328 C.3]. */
export const neighbourGraceMs = 120_000

/**
 * The newest word counts, first match wins:
 *
 * | newest word | near site | state |
 * | --- | --- | --- |
 * | an end's interface is down, said after the last answer | any | down |
 * | the leg answered | any | up, or degraded over a limit |
 * | the leg was lost | seen since | down |
 * | the leg was lost | silent itself | unknown |
 * | the leg was lost | not asked yet | as before |
 * | no probe; an end's interface is up | any | up, or degraded over a limit |
 * | no probe, no interface; the routing neighbour is up | any | up |
 * | nothing fresh | any | unknown |
 *
 * A line that answers while its routing neighbour stays away is degraded: it is there, and traffic cannot use it. A neighbour that
 * is still up proves nothing against a loss: it is held for up to three minutes after the line is gone.
 */
export function judgeCircuit(
  e: CircuitEvidence,
  limits: AccessLimits,
  before: CircuitState,
  nowMs: number,
): CircuitVerdict {
  const ends = [e.a, e.z].filter(
    (end): end is EndEvidence => end !== null && nowMs - end.atMs <= statusFreshMs,
  )
  const probe = e.probe && freshProbe(e.probe, nowMs) ? e.probe : null
  const neighbour = e.neighbour && nowMs - e.neighbour.atMs <= statusFreshMs ? e.neighbour : null
  const seen = [...probeWords(probe), ...endWords(ends), ...neighbourWords(neighbour)]
  const down = ends.find((end) => !end.up && end.atMs > (probe?.okAtMs ?? 0))
  if (down) return { state: 'down', atMs: down.atMs, evidence: seen }
  if (probe && probe.lostSinceMs === null) {
    const over = overLimits(e, limits, before === 'degraded')
    const isUnproven = before === 'degraded' && probe.long.mostRttMs === null // too few answers to call it well again
    const isUnused = neighbour !== null && isUnrouted(neighbour, probe.okSinceMs ?? 0)
    const state = over.length || isUnproven || isUnused ? 'degraded' : 'up'
    return { state, atMs: probe.okAtMs, evidence: [...over, ...seen] }
  }
  if (probe) return lostLeg(e, probe, before, seen)
  if (ends.length) {
    const over = overLimits(e, limits, before === 'degraded')
    return {
      state: over.length || (neighbour && isUnrouted(neighbour, 0)) ? 'degraded' : 'up',
      atMs: Math.max(...ends.map((end) => end.atMs)),
      evidence: [...over, ...seen],
    }
  }
  if (neighbour?.isUp) return { state: 'up', atMs: neighbour.sinceMs, evidence: seen }
  return { state: 'unknown', atMs: null, evidence: [evidence('no-evidence', 'neutral', null), ...seen] }
}

/** It is away for longer than it takes to come up on a line that answers since then. */
const isUnrouted = ({ isUp, atMs, sinceMs }: NeighbourEvidence, lineSinceMs: number) =>
  isUp === false && atMs - Math.max(sinceMs, lineSinceMs) >= neighbourGraceMs

function neighbourWords(neighbour: NeighbourEvidence | null): EvidenceItem[] {
  if (!neighbour) return []
  const { protocol, state, isUp, atMs, sinceMs } = neighbour
  const [code, verdict] = isUp === false ? (['neighbour-down', 'bad'] as const) : (['neighbour-up', isUp ? 'good' : 'neutral'] as const) // prettier-ignore
  return [evidence(code, verdict, atMs, { protocol, neighbour: state, sinceMs })]
}

function lostLeg(
  e: CircuitEvidence,
  probe: ProbeEvidence,
  before: CircuitState,
  seen: EvidenceItem[],
): CircuitVerdict {
  const lostSinceMs = probe.lostSinceMs!
  if (e.near.seenAtMs !== null && e.near.seenAtMs > lostSinceMs) {
    const visible = evidence('site-visible', 'good', e.near.seenAtMs, { site: e.near.site })
    return { state: 'down', atMs: lostSinceMs, evidence: [...seen, visible] }
  }
  if (e.near.dark) {
    const dark = evidence('near-site-dark', 'bad', e.near.seenAtMs, { site: e.near.site })
    return { state: 'unknown', atMs: lostSinceMs, evidence: [...seen, dark] }
  }
  const unsure = evidence('near-site-unsure', 'neutral', e.near.seenAtMs, { site: e.near.site })
  return { state: before, atMs: null, evidence: [...seen, unsure] }
}

function freshProbe(probe: ProbeEvidence, nowMs: number): boolean {
  return nowMs - Math.max(probe.okAtMs ?? 0, probe.lostAtMs ?? 0) <= 3 * probe.intervalMs + 15_000
}

function probeWords(probe: ProbeEvidence | null): EvidenceItem[] {
  if (!probe) return []
  const { address } = probe
  if (probe.lostSinceMs !== null) {
    return [
      evidence('probe-lost', 'bad', probe.lostAtMs, {
        address,
        lostSinceMs: probe.lostSinceMs,
        okAtMs: probe.okAtMs,
      }),
    ]
  }
  const { sent, lost, rttMs, jitterMs } = probe.recent
  return [
    evidence('probe-ok', 'good', probe.okAtMs, {
      address,
      sent,
      lost,
      rttMs,
      jitterMs,
      lostAtMs: probe.lostAtMs,
    }),
  ]
}

function endWords(ends: EndEvidence[]): EvidenceItem[] {
  const bad = ends.filter((end) => !end.up)
  const [first, second] = ends
  if (first && !bad.length) {
    return [
      evidence('ends-up', 'good', Math.max(...ends.map((end) => end.atMs)), {
        a: label(first),
        z: second ? label(second) : null,
      }),
    ]
  }
  return bad.map((end) =>
    evidence(end.shut ? 'end-admin-down' : 'end-down', 'bad', end.atMs, {
      device: end.device,
      ifName: end.ifName,
    }),
  )
}

const label = (end: EndEvidence) => `${end.device} ${end.ifName}`

/** What is over its limit. A circuit that is degraded already must fall well below a limit to be up again. */
function overLimits(e: CircuitEvidence, limits: AccessLimits, degraded: boolean): EvidenceItem[] {
  const ease = degraded ? 0.8 : 1
  const over: EvidenceItem[] = []
  const noise = e.probe?.noise ?? { recentRttMs: 0, longRttMs: 0, jitterMs: 0 }
  const add = (
    code: 'rtt-high' | 'loss-high' | 'jitter-high' | 'utilisation-high' | 'errors-high',
    value: number,
    limit: number,
  ) => over.push(evidence(code, 'bad', e.probe?.okAtMs ?? null, { value, limit }))
  const { recent, long } = e.probe ?? {}
  if (recent?.mostRttMs != null && recent.mostRttMs > limits.rttMs.major * ease + noise.recentRttMs)
    add('rtt-high', recent.mostRttMs, limits.rttMs.major)
  else if (long?.mostRttMs != null && long.mostRttMs > limits.rttMs.warn * ease + noise.longRttMs)
    add('rtt-high', long.mostRttMs, limits.rttMs.warn)
  if (long && long.lost >= fewestLost && percent(long) > limits.lossPercent.major * ease)
    add('loss-high', percent(long), limits.lossPercent.major)
  if (long?.mostJitterMs != null && long.mostJitterMs > limits.jitterMs * ease + noise.jitterMs)
    add('jitter-high', long.mostJitterMs, limits.jitterMs)
  const { utilisation, errors } = e
  if (utilisation?.highSinceMs != null) add('utilisation-high', utilisation.percent, utilisationLimit.major)
  if (errors && errors.count >= fewestErrors && errors.ratio > errorLimit.major * ease)
    add('errors-high', errors.ratio, errorLimit.major)
  return over
}

const percent = (window: ProbeWindow) => (window.sent ? (100 * window.lost) / window.sent : 0)
