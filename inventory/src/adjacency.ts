/** Which interface stands opposite which, from what devices say of themselves and of their neighbours. Pure; order does not matter. */
import { claimsOf, type Claim } from './adjacency-claims.ts'
import { isBefore } from './adjacency-names.ts'
import {
  agreements,
  type Adjacencies,
  type Adjacency,
  type AdjacencyEnd,
  type Agreement,
  type StandingDevice,
} from './surroundings.ts'

/** O(n log n) in all that is told. */
export function adjacencies(devices: Iterable<StandingDevice>): Adjacencies {
  const { claims, strangers } = claimsOf([...devices])
  const pairs = new Map<string, Adjacency>()
  const judge = judgeOf(claims)
  for (const claim of claims) {
    const { far, agreement } = judge(claim)
    const isTurned = isBefore(far, claim.near)
    const [a, z] = isTurned ? [far, claim.near] : [claim.near, far]
    const key = JSON.stringify([claim.layer, a.deviceId, a.ifName, z.deviceId, z.ifName])
    const known = pairs.get(key)
    const by = [...new Set([...(known?.by ?? []), claim.by])].sort()
    pairs.set(key, { layer: claim.layer, a, z, by, agreement: better(known?.agreement, agreement) })
  }
  return {
    found: [...pairs].sort(byKey).map(([, pair]) => pair),
    strangers: strangers.map((one) => [JSON.stringify(one), one] as const).sort(byKey).map(([, one]) => one), // prettier-ignore
  }
}

/** By what the other device says: of this port, or, when this end does not know the port across, of anything that names us. */
function judgeOf(claims: readonly Claim[]) {
  const said = Map.groupBy(claims, ({ layer, near }) => `${layer} ${near.deviceId}`)
  const saidAt = Map.groupBy(claims, ({ layer, near }) => `${layer} ${near.deviceId} ${near.ifName ?? ''}`)
  return ({ layer, near, far }: Claim): { far: AdjacencyEnd; agreement: Agreement } => {
    const answers = (far.ifName === null ? said.get(`${layer} ${far.deviceId}`) : saidAt.get(`${layer} ${far.deviceId} ${far.ifName}`)) ?? [] // prettier-ignore
    const ofUs = answers.filter((one) => one.far.deviceId === near.deviceId && fits(one.far.ifName, near.ifName)) // prettier-ignore
    const ports = new Set(ofUs.map((one) => one.near.ifName))
    if (ofUs.length > 0) return { far: far.ifName === null && ports.size === 1 ? ofUs[0]!.near : far, agreement: 'both' } // prettier-ignore
    return { far, agreement: far.ifName !== null && answers.length > 0 ? 'conflicting' : 'one' }
  }
}

const fits = (said: string | null, is: string | null) => said === null || is === null || said === is

const better = (a: Agreement | undefined, b: Agreement): Agreement =>
  a === undefined || agreements.indexOf(b) < agreements.indexOf(a) ? b : a

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) // prettier-ignore
