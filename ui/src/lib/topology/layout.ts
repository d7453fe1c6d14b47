import type { ELK, ElkEdgeSection, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import type { Graph } from './graph.ts'

export interface Point {
  x: number
  y: number
}
export interface Placed {
  /** Upper left corners and sizes, in pixels of the drawing. */
  nodes: ReadonlyMap<string, Point & { width: number; height: number }>
  /** The way of each edge from its one end to the other. */
  edges: ReadonlyMap<string, Point[]>
}

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '64',
  'elk.spacing.nodeNode': '10',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '6',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
}
const frame = { 'elk.padding': '[top=30,left=10,bottom=10,right=10]' }

let elk: Promise<ELK> | undefined

/** Loaded when first asked for, and at work in a thread of its own: the page stays at hand. */
async function engine(): Promise<ELK> {
  const [{ default: Engine }, { default: url }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ])
  return new Engine({ workerFactory: () => new Worker(url) })
}

/** Where everything goes: layered from the upper tier on the left; the same graph is always laid out the same. */
export async function layout(graph: Graph): Promise<Placed> {
  const root = await (
    await (elk ??= engine())
  ).layout({
    id: 'root',
    layoutOptions: options,
    children: childrenOf(graph),
    edges: graph.edges.map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  })
  const nodes = new Map<string, Point & { width: number; height: number }>()
  const place = ({ id, x = 0, y = 0, width = 0, height = 0, children = [] }: ElkNode) => {
    if (id !== 'root') nodes.set(id, { x, y, width, height })
    children.forEach(place)
  }
  place(root)
  const edges = (root.edges ?? []) as ElkExtendedEdge[] // as laid out, with their ways
  return { nodes, edges: new Map(edges.map(({ id, sections }) => [id, wayOf(sections?.[0])])) }
}

function childrenOf({ nodes }: Graph): ElkNode[] {
  return nodes
    .filter(({ kind }) => kind === 'site')
    .map(({ id, width, height }) => {
      const inside = nodes.filter(({ siteId }) => siteId === id)
      if (inside.length === 0) return { id, width, height }
      const children = inside.map((one) => ({ id: one.id, width: one.width, height: one.height }))
      return { id, layoutOptions: frame, children }
    })
}

const wayOf = (section?: ElkEdgeSection): Point[] =>
  section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : []
