/** How risky a change is: what it touches, read off the topology, counted in points that each say why. */

/** What is known about a change when its risk is asked for. */
export interface RiskFacts {
  /** Cut off if everything it touches fails. */
  sites: number
  devices: number
  services: number
  /** Links left without another circuit meanwhile. */
  bareLinks: number
  /** Lines that would carry more than they are rented for. */
  overloaded: number
  /** The highest tier of what it touches. */
  tier: 'province' | 'city' | 'county'
  inWorkingTime: boolean
  hasBackout: boolean
  hasTest: boolean
  conflicts: number
}

/** 1 low, 2 middle, 3 high. */
export type Risk = 1 | 2 | 3

export interface RiskFactor {
  key: keyof RiskFacts
  /** What was found: a count, or 1 for yes. */
  found: number
  points: number
}

export interface RiskAnswer {
  risk: Risk
  score: number
  /** Heaviest first; only what adds something. */
  factors: RiskFactor[]
}

interface Rule {
  key: keyof RiskFacts
  found: (facts: RiskFacts) => number
  /** From this count on it weighs so much; the last that fits counts. */
  weights: readonly (readonly [atLeast: number, points: number])[]
}

const ifSo = (so: boolean) => (so ? 1 : 0)

const rules: readonly Rule[] = [
  { key: 'sites', found: (f) => f.sites, weights: [[1, 2], [3, 4], [10, 6]] }, // prettier-ignore
  { key: 'services', found: (f) => f.services, weights: [[1, 2], [3, 3]] }, // prettier-ignore
  { key: 'devices', found: (f) => f.devices, weights: [[5, 1], [20, 2]] }, // prettier-ignore
  { key: 'bareLinks', found: (f) => f.bareLinks, weights: [[1, 1], [5, 2]] }, // prettier-ignore
  { key: 'overloaded', found: (f) => f.overloaded, weights: [[1, 2]] },
  { key: 'tier', found: (f) => ({ county: 0, city: 1, province: 2 })[f.tier], weights: [[1, 1], [2, 2]] }, // prettier-ignore
  { key: 'inWorkingTime', found: (f) => ifSo(f.inWorkingTime), weights: [[1, 2]] },
  { key: 'hasBackout', found: (f) => ifSo(!f.hasBackout), weights: [[1, 2]] },
  { key: 'hasTest', found: (f) => ifSo(!f.hasTest), weights: [[1, 1]] },
  { key: 'conflicts', found: (f) => f.conflicts, weights: [[1, 2]] },
]

/** From so many points on. */
const levels: readonly (readonly [points: number, risk: Risk])[] = [
  [8, 3],
  [4, 2],
  [0, 1],
]

export function riskOf(facts: RiskFacts): RiskAnswer {
  const factors = rules
    .map(({ key, found, weights }) => {
      const count = found(facts)
      return { key, found: count, points: weights.findLast(([atLeast]) => count >= atLeast)?.[1] ?? 0 }
    })
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
  const score = factors.reduce((sum, { points }) => sum + points, 0)
  return { score, factors, risk: levels.find(([points]) => score >= points)![1] }
}
