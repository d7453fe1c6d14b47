import type { Link, LinkCircuit } from '@zongheng/server/api.ts'

const circuit = (id: string): LinkCircuit => ({
  id,
  number: id,
  carrier: '电信',
  role: 'primary',
  state: 'up',
  since: 0,
  access: 'mstp',
  bandwidthBps: 1e7,
  inBps: 2e6,
  outBps: 1e6,
  rttMs: 5,
  lossPercent: 0,
  jitterMs: 1,
  maintenance: null,
})

/** A normal link from site to site; the region is called as the lower site. */
export const someLink = (id: string, upper: string, lower: string): Link => ({
  id,
  name: `${upper}–${lower}`,
  region: { id: lower, name: lower },
  state: 'normal',
  since: 0,
  maintenance: null,
  upperSite: { id: upper, name: upper },
  lowerSite: { id: lower, name: lower },
  tier: 'county',
  circuits: [circuit(`${id}-primary`)],
  activeCircuitId: `${id}-primary`,
  openTicket: null,
})

/** A province whose city `c0` has `counts[0]` counties `c0-0`, `c0-1` …; a link is called as its lower site. */
export function province(counts: number[]): { links: Link[] } {
  const links = counts.flatMap((count, c) => [
    someLink(`c${c}`, 'province', `c${c}`),
    ...Array.from({ length: count }, (_, k) => someLink(`c${c}-${k}`, `c${c}`, `c${c}-${k}`)),
  ])
  return { links }
}
