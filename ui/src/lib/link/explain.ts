import type { Evidence, Link, LinkCircuit } from '@zongheng/server/api.ts'

/**
 * Why a link is judged as it is, for the sentence under its name: `key` chooses the sentence, the two findings fill it.
 * A finding is the gravest evidence against that circuit; null when there is none.
 */
export interface Explanation {
  key:
    | 'normal'
    | 'unprotected'
    | 'on-backup'
    | 'degraded'
    | 'down'
    | 'unknown'
    | 'unknown-cause'
    | 'unknown-collector'
  primary: Evidence | null
  backup: Evidence | null
  /** What nearer to us explains it, by name. */
  cause: string | null
}

/** Gravest first: what says most about why a circuit does not carry. */
const weight = [
  'end-admin-down',
  'end-down',
  'probe-lost',
  'loss-high',
  'rtt-high',
  'jitter-high',
  'errors-high',
  'utilisation-high',
  'neighbour-down',
  'near-site-dark',
]

/** The gravest evidence against a circuit. */
export function finding(evidence: readonly Evidence[], circuitId: string | undefined): Evidence | null {
  const against = evidence.filter(
    (e) => e.verdict === 'bad' && circuitId !== undefined && e.circuitId === circuitId,
  )
  const rank = (e: Evidence) => (weight.indexOf(e.code) + weight.length + 1) % (weight.length + 1)
  return against.sort((a, b) => rank(a) - rank(b))[0] ?? null
}

export function explain(link: Pick<Link, 'state' | 'circuits'>, evidence: readonly Evidence[]): Explanation {
  const [primary, ...backups] = link.circuits
  const worstBackup =
    backups.find((c) => c.state === 'down') ?? backups.find((c) => c.state !== 'up') ?? backups[0]
  const found = { primary: finding(evidence, primary?.id), backup: finding(evidence, worstBackup?.id) }
  const cause = evidence.find((e) => e.code === 'cause' || e.code === 'near-site-dark')
  const named = cause?.values['name'] ?? cause?.values['site']
  if (link.state !== 'unknown') return { key: link.state, ...found, cause: null }
  if (evidence.some((e) => e.code === 'collector-away'))
    return { key: 'unknown-collector', ...found, cause: null }
  return {
    key: named == null ? 'unknown' : 'unknown-cause',
    ...found,
    cause: named == null ? null : String(named),
  }
}

/** Which circuit the evidence speaks of, as the reader knows it. */
export function roleOf(
  circuits: readonly LinkCircuit[],
  circuitId: string | null,
): LinkCircuit['role'] | null {
  return circuits.find((c) => c.id === circuitId)?.role ?? null
}

/** Why a circuit is judged as it is: `key` chooses the sentence under links.says, the evidence fills it. */
export interface Saying {
  key: string
  /** The gravest evidence against it. */
  found: Evidence | null
  /** What the sentence lists. */
  told: Evidence[]
  flapping: Evidence | null
}

export function saying(
  { id, state }: Pick<LinkCircuit, 'id' | 'state'>,
  evidence: readonly Evidence[],
): Saying {
  const own = evidence.filter(({ circuitId }) => circuitId === id)
  const flapping = own.find(({ code }) => code === 'flapping') ?? null
  const against = own.filter((item) => item.verdict === 'bad' && item !== flapping)
  const found = finding(against, id)
  if (state === 'up' || state === 'degraded') {
    const told = state === 'up' ? own.filter(({ verdict }) => verdict === 'good') : against
    return { key: told.length > 0 ? state : `${state}.other`, found, told, flapping }
  }
  return { key: `${state}.${found?.code ?? 'other'}`, found, told: [], flapping }
}
