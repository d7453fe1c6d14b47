/**
 * Single points of failure: the articulation points of the estate, seen from the roots, and how many sites each cuts off. A circuit
 * that is a link's only way is a vertex like any other, so bridges are among them. After Tarjan (SIAM J. Comput. 1, 1972): a vertex
 * parts from the roots what the depth-first search found below it without a way back above. O(vertices + edges).
 */
import { rowsOf, type EstateGraph, type Rows } from './graph.ts'

export interface WeakPoint {
  vertex: number
  /** How many sites it cuts off; of a site those beside itself. */
  sites: number
}

/** Those that cut off the most first, then in the order of vertices. */
export function weakPoints(graph: EstateGraph, roots: readonly number[]): WeakPoint[] {
  const cut = sitesCut(graph, graph.siteCount, roots)
  const cutBySite = sitesCut(bySite(graph), graph.siteCount, roots)
  const found: WeakPoint[] = []
  for (let vertex = 0; vertex < graph.size; vertex++) {
    const sites = graph.isSite(vertex) ? cutBySite[vertex]! : cut[vertex]!
    if (sites > 0) found.push({ vertex, sites })
  }
  return found.sort((a, b) => b.sites - a.sites || a.vertex - b.vertex)
}

/** A site with all that stands there as one vertex: it fails as one. */
function bySite({ size, siteCount, offsets, targets, siteOf }: EstateGraph): Rows {
  const edges: number[] = []
  for (let v = 0; v < size; v++) {
    if (siteOf[v]! >= 0) continue
    for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
      const w = targets[e]!
      if (v >= siteCount) edges.push(v, siteOf[w]!)
      else if (w > v && w < siteCount) edges.push(v, w)
    }
  }
  return rowsOf(edges, size)
}

/** By vertex. The roots hang together on what is beyond them. */
function sitesCut({ size, offsets, targets }: Rows, siteCount: number, roots: readonly number[]): Int32Array {
  const found = new Int32Array(size) // 1 … in the order of the search; 0: not yet
  const low = new Int32Array(size)
  const below = new Int32Array(size) // sites in the subtree
  const cut = new Int32Array(size)
  const edge = offsets.slice(0, size)
  const isRoot = new Uint8Array(size)
  for (const root of roots) isRoot[root] = 1
  const path: number[] = []
  let count = 0
  const enter = (v: number) => {
    found[v] = low[v] = ++count
    if (isRoot[v] && path.length) low[v] = 0 // another way out
    below[v] = v < siteCount ? 1 : 0
    path.push(v)
  }
  for (const root of roots) {
    if (found[root]) continue
    enter(root)
    while (path.length) {
      const v = path.at(-1)!
      if (edge[v]! < offsets[v + 1]!) {
        const w = targets[edge[v]!++]!
        if (!found[w]) enter(w)
        else if (found[w]! < low[v]!) low[v] = found[w]!
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent === undefined) continue
      below[parent]! += below[v]!
      if (low[v]! < low[parent]!) low[parent] = low[v]!
      if (low[v]! >= found[parent]!) cut[parent]! += below[v]!
    }
  }
  return cut
}
