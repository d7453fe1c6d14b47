/** Where the nodes of a picture in layers stand: one column a layer, what belongs together beside one another. Pixels. */
export interface LayerNode {
  key: string
  depth: number
}
export interface LayerEdge {
  from: string
  to: string
}

export const nodeSize = { width: 208, height: 40 }
const gap = { x: 56, y: 10 }

export interface Layout<N> {
  width: number
  height: number
  placed: { node: N; x: number; y: number }[]
  lines: { key: string; to: string; d: string }[]
}

/** Each column in the order of who leads to it, so that lines cross little. O(nodes + edges). */
export function layoutOf<N extends LayerNode>(nodes: readonly N[], edges: readonly LayerEdge[]): Layout<N> {
  const columns: N[][] = []
  for (const node of nodes) (columns[node.depth] ??= []).push(node)
  const leads = new Map<string, LayerEdge[]>()
  for (const edge of edges) leads.set(edge.to, [...(leads.get(edge.to) ?? []), edge])
  const rank = new Map<string, number>()
  const meanOf = ({ key }: N) => {
    const from = (leads.get(key) ?? []).flatMap((edge) => rank.get(edge.from) ?? [])
    return from.length ? from.reduce((sum, one) => sum + one, 0) / from.length : 0
  }
  const step = nodeSize.height + gap.y
  const height = Math.max(1, ...columns.map((column) => column?.length ?? 0)) * step - gap.y
  const at = new Map<string, { x: number; y: number }>()
  const placed = columns.flatMap((column = [], depth) => {
    const ordered = column.map((node, i) => ({ node, i, mean: meanOf(node) }))
    ordered.sort((a, b) => a.mean - b.mean || a.i - b.i)
    const top = Math.max(0, (Math.min(height, 640) - (ordered.length * step - gap.y)) / 2)
    return ordered.map(({ node }, i) => {
      const place = { x: depth * (nodeSize.width + gap.x), y: top + i * step }
      rank.set(node.key, place.y)
      at.set(node.key, place)
      return { node, ...place }
    })
  })
  return {
    width: columns.length * (nodeSize.width + gap.x) - gap.x,
    height,
    placed,
    lines: edges.flatMap(({ from, to }, i) => {
      const [a, b] = [at.get(from), at.get(to)]
      return a && b ? [{ key: `${i}`, to, d: curve(a, b) }] : []
    }),
  }
}

function curve(a: { x: number; y: number }, b: { x: number; y: number }): string {
  const [x1, y1] = [a.x + nodeSize.width, a.y + nodeSize.height / 2]
  const [x2, y2] = [b.x, b.y + nodeSize.height / 2]
  const bend = Math.max(20, (x2 - x1) / 2)
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
