import { healthOf } from '@zongheng/inventory/business-service.ts'
import type { RelationEnd } from '@zongheng/inventory/relation.ts'
import type { EstateModel } from '../estate/model.ts'
import type { Scope } from '../relations/ends.ts'
import type { RelationEndView } from '../relations/schema.ts'
import type { ServiceTree, TreeEdge, TreeNode } from './schema.ts'

const nodesAtMost = 1000

export interface TreeSight {
  model: EstateModel
  endView(viewer: Scope, type: RelationEnd, id: string, model: EstateModel): RelationEndView
  sinceOf(id: string): number | null
}

interface Step {
  type: RelationEnd
  id: string
  relation: TreeEdge['relation']
}

/** All that a service needs, breadth first, each once. Keys say nothing of what the viewer may not see. */
export function treeOf(
  viewer: Scope,
  serviceId: string,
  { model, endView, sinceOf }: TreeSight,
): ServiceTree {
  const nodes = new Map<string, TreeNode>()
  const edges: TreeEdge[] = []
  let isCut = false
  const add = ({ type, id }: Omit<Step, 'relation'>, depth: number): TreeNode => {
    const view = endView(viewer, type, id, model)
    const health = healthOf(type, view.state)
    const node = { ...view, key: view.id ?? `hidden-${nodes.size}`, since: sinceOf(id), health, depth }
    nodes.set(id, node)
    return node
  }
  let ring = [{ type: 'service' as RelationEnd, id: serviceId }]
  add(ring[0]!, 0)
  for (let depth = 1; ring.length > 0; depth++) {
    const next: typeof ring = []
    for (const from of ring)
      for (const step of stepsFrom(from, model)) {
        if (!nodes.has(step.id) && nodes.size >= nodesAtMost) {
          isCut = true
          continue
        }
        const isNew = !nodes.has(step.id)
        const node = nodes.get(step.id) ?? add(step, depth)
        edges.push({ from: nodes.get(from.id)!.key, to: node.key, relation: step.relation })
        // What lies beyond what the viewer may not see is none of theirs either.
        if (isNew && node.id !== null) next.push(step)
      }
    ring = next
  }
  return { nodes: [...nodes.values()], edges, isCut }
}

function stepsFrom({ type, id }: { type: RelationEnd; id: string }, model: EstateModel): Step[] {
  if (type === 'link')
    return (model.links.get(id)?.circuits ?? []).map((circuit) => ({
      type: 'circuit',
      id: circuit.id,
      relation: null,
    }))
  if (type !== 'service') return []
  return model.needs.of(id).map(({ id: relationId, kind, toType, toId, details }) => ({
    type: toType,
    id: toId,
    relation: { id: relationId, kind, details },
  }))
}
