import type { EstateGraph, GraphLink } from './graph.ts'
import { walkFrom, type Walk } from './walk.ts'

/** What if these fail, too. */
export interface WhatIf {
  graph: EstateGraph
  /** By vertex: 1 for what has failed already. */
  failed: Uint8Array
  roots: readonly number[]
  /** Vertices. With a site fails all that stands there. */
  failing: readonly number[]
  /** The circuit that carries a link now; null when that is not known. */
  carrying: (linkId: string) => string | null
}

/** Traffic of a link that goes another way. */
export interface Detour {
  linkId: string
  /** The circuit that carried it. */
  from: string
  /** Circuits that carry it then, in order. */
  over: string[]
}

export interface Impact {
  /** Vertices of sites and devices that are reached now, and would not be. What fails itself counts. */
  cutSites: number[]
  cutDevices: number[]
  /** Links in sight that carry something now, and nothing then; those that are behind the cut are not told. */
  lostLinks: string[]
  /** Links that are left with one circuit of several that stand now. */
  bareLinks: string[]
  detours: Detour[]
}

/** O(vertices + edges): two walks, as things are and as they would be. */
export function impactOf(what: WhatIf): Impact {
  const { graph, failed, roots } = what
  const then = failed.slice()
  for (const v of withAllInside(graph, what.failing)) then[v] = 1
  const [now, later] = [walkFrom(graph, failed, roots), walkFrom(graph, then, roots)]
  const impact: Impact = { cutSites: [], cutDevices: [], lostLinks: [], bareLinks: [], detours: [] }
  for (let v = 0; v < graph.siteCount + graph.deviceCount; v++)
    if (now.has(v) && !later.has(v)) (graph.isSite(v) ? impact.cutSites : impact.cutDevices).push(v)
  for (const link of graph.links) addLink(link, what, { then, now, later }, impact)
  return impact
}

interface Then {
  then: Uint8Array
  now: Walk
  later: Walk
}

function addLink(link: GraphLink, what: WhatIf, { then, now, later }: Then, impact: Impact): void {
  const { graph, failed } = what
  const usable = (failing: Uint8Array) =>
    link.circuits.filter(({ id }) => stands(graph, graph.vertex(id), failing))
  const before = usable(failed)
  const after = usable(then)
  if (after.length === before.length) return
  const ends = [graph.vertex(link.upperSiteId), graph.vertex(link.lowerSiteId)]
  if (!ends.some((site) => now.has(site))) return
  const from = before.find(({ id }) => id === what.carrying(link.id)) ?? before[0]!
  if (after.length > 0) {
    if (after.length === 1) impact.bareLinks.push(link.id)
    if (!after.includes(from)) impact.detours.push({ linkId: link.id, from: from.id, over: [after[0]!.id] })
    return
  }
  impact.lostLinks.push(link.id)
  const over = ends.every((site) => later.has(site)) ? wayAround(graph, link, now, later) : []
  if (over.length) impact.detours.push({ linkId: link.id, from: from.id, over })
}

/** It works, and so do the devices at its ends. */
const stands = (graph: EstateGraph, circuit: number, failed: Uint8Array) =>
  circuit >= 0 && !failed[circuit] && graph.neighbours(circuit).every((device) => !failed[device])

/** Sites fail with the devices there. */
function withAllInside(graph: EstateGraph, failing: readonly number[]): number[] {
  return failing.flatMap((v) =>
    graph.isSite(v) ? [v, ...graph.neighbours(v).filter((inside) => graph.isDevice(inside))] : [v],
  )
}

/** The circuits from the end that hung on the link, up to where its traffic meets the way that it took before. */
function wayAround(graph: EstateGraph, link: GraphLink, now: Walk, later: Walk): string[] {
  const [upper, lower] = [graph.vertex(link.upperSiteId), graph.vertex(link.lowerSiteId)]
  const [aboveUpper, aboveLower] = [sitesTowards(graph, upper, now), sitesTowards(graph, lower, now)]
  const isUpperFar = aboveUpper.size > aboveLower.size
  const [far, known] = isUpperFar ? [upper, aboveLower] : [lower, aboveUpper]
  const over: string[] = []
  for (let v = far; v >= 0 && !(v !== far && known.has(v)); v = later.towards(v))
    if (graph.isCircuit(v)) over.push(graph.ids[v]!)
  return over
}

function sitesTowards(graph: EstateGraph, from: number, walk: Walk): Set<number> {
  const sites = new Set<number>()
  for (let v = from; v >= 0; v = walk.towards(v)) if (graph.isSite(v)) sites.add(v)
  return sites
}
