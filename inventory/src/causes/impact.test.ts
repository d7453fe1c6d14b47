import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EstateGraph } from './graph.ts'
import { impactOf } from './impact.ts'
import { estateOf, linkOf, type Estate } from './testing.ts'
import { walkFrom } from './walk.ts'
import { weakPoints } from './weak-points.ts'

const graphOf = ({ devices, links }: Estate) => new EstateGraph(devices, links)

const tree = estateOf(
  ['P'],
  [linkOf('P', 'A', '11', '22'), linkOf('A', 'B', '11', '11'), linkOf('A', 'C', '21')],
)
const ring = estateOf(['P'], [linkOf('P', 'A', '11'), linkOf('P', 'B', '11'), linkOf('A', 'B', '22'), linkOf('B', 'C', '11')]) // prettier-ignore

function impact(estate: Estate, failing: string, failed = '') {
  const graph = graphOf(estate)
  const flags = new Uint8Array(graph.size)
  for (const id of failed.split(' ').filter(Boolean)) flags[graph.vertex(id)] = 1
  const {
    cutSites,
    cutDevices: _,
    ...rest
  } = impactOf({
    graph,
    failed: flags,
    roots: graph.roots(estate.roots),
    failing: failing.split(' ').map((id) => graph.vertex(id)),
    carrying: () => null,
  })
  return { cut: cutSites.map((v) => graph.ids[v]), ...rest }
}

describe('what if', () => {
  it.each<[string, Estate, string, string, Partial<ReturnType<typeof impact>>]>([
    ['one of two circuits', tree, 'P=A#0', '', { cut: [], bareLinks: ['P=A'], detours: [{ linkId: 'P=A', from: 'P=A#0', over: ['P=A#1'] }] }],
    ['the standby', tree, 'P=A#1', '', { cut: [], bareLinks: ['P=A'], detours: [] }],
    ['the last of two circuits', tree, 'P=A#1', 'P=A#0', { cut: ['A', 'B', 'C'], lostLinks: ['P=A'], bareLinks: [] }],
    ['a link', tree, 'P=A#0 P=A#1', '', { cut: ['A', 'B', 'C'], lostLinks: ['P=A'], detours: [] }],
    ['a router that one of two circuits ends at', tree, 'A-r2', '', { cut: ['C'], lostLinks: ['A=C'], bareLinks: ['P=A'] }],
    ['a site', tree, 'B', '', { cut: ['B'], lostLinks: ['A=B'] }],
    ['what is cut off already', tree, 'A=B#0 A=B#1', 'P=A#0 P=A#1', { cut: [], lostLinks: [] }],
    ['a side of a ring: the other way round', ring, 'P=B#0', '', { cut: [], lostLinks: ['P=B'], detours: [{ linkId: 'P=B', from: 'P=B#0', over: ['A=B#0', 'P=A#0'] }] }],
    ['a ring that is open already', ring, 'A=B#0', 'P=B#0', { cut: ['B', 'C'], lostLinks: ['A=B'] }],
  ])('%s fails', (_, estate, failing, failed, expected) => {
    expect(impact(estate, failing, failed)).toMatchObject(expected)
  }) // prettier-ignore
})

describe('single points of failure', () => {
  const named = (estate: Estate) => {
    const graph = graphOf(estate)
    return weakPoints(graph, graph.roots(estate.roots)).map(
      ({ vertex, sites }) => `${graph.ids[vertex]} ${sites}`,
    )
  }

  it('of a ring: what hangs on one thing, the graver first', () => {
    expect(named(ring)).toEqual(['P 3', 'P-r1 3', 'B 1', 'B-r1 1', 'C-r1 1', 'B=C#0 1'])
  })

  it('of a tree with double circuits', () => {
    expect(named(tree)).toEqual(['P 3', 'A 2', 'A-r1 1', 'A-r2 1', 'B-r1 1', 'C-r1 1', 'A=C#0 1'])
  })

  it('are what cuts off as many sites when it is taken away, at random', () => {
    const ends = fc.constantFrom('11', '12', '21', '22')
    const pairs = fc.array(fc.tuple(fc.nat(6), fc.nat(6), fc.array(ends, { minLength: 1, maxLength: 2 })), { minLength: 4, maxLength: 12 }) // prettier-ignore
    fc.assert(
      fc.property(pairs, fc.boolean(), (list, hasTwoRoots) => {
        const links = new Map(list.filter(([a, b]) => a !== b).map(([a, b, circuits]) => [`${a} ${b}`, linkOf(`s${a}`, `s${b}`, ...circuits)])) // prettier-ignore
        const graph = graphOf(estateOf(['s0', 's1'], [...links.values()]))
        const roots = graph.roots(hasTwoRoots ? ['s0', 's1'] : ['s0'])
        const whole = walkFrom(graph, new Uint8Array(graph.size), roots)
        const cutBy = (v: number) => {
          const failed = new Uint8Array(graph.size)
          failed[v] = 1
          if (graph.isSite(v)) for (const inside of graph.neighbours(v)) failed[inside] = 1
          const left = walkFrom(graph, failed, roots)
          let sites = 0
          for (let site = 0; site < graph.siteCount; site++)
            if (site !== v && whole.has(site) && !left.has(site)) sites++
          return sites
        }
        const told = new Map(weakPoints(graph, roots).map(({ vertex, sites }) => [vertex, sites]))
        for (let v = 0; v < graph.size; v++)
          expect(told.get(v) ?? 0, graph.ids[v]).toBe(whole.has(v) ? cutBy(v) : 0)
      }),
      { numRuns: 300 },
    )
  })
})
