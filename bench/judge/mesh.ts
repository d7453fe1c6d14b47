/** An estate with redundant ways, what is broken in it, and what evidence would say of that. */
import { EstateGraph, type GraphDevice, type GraphLink } from '@zongheng/inventory/causes.ts'
import { walkFrom } from '@zongheng/inventory/causes/walk.ts'

const devicesPerSite = 6
const sitesBelow = 8
/** A site, its devices, and of links with two circuits each one, every second time another, every third time another. */
const entitiesPerSite = 1 + devicesPerSite + 3 * (1 + 1 / 2 + 1 / 3)

export interface Mesh {
  graph: EstateGraph
  devices: GraphDevice[]
  links: GraphLink[]
  rootSiteIds: string[]
  entities: number
}

/** Two data centres; each other site hangs on one above, every second on two; every third is joined to its neighbour, which makes rings. */
export function meshOf(entities: number): Mesh {
  const count = Math.max(4, Math.round(entities / entitiesPerSite))
  const devices = Array.from({ length: count * devicesPerSite }, (_, i): GraphDevice => ({
    id: deviceId(Math.floor(i / devicesPerSite), i % devicesPerSite),
    siteId: siteId(Math.floor(i / devicesPerSite)),
    role: 'access-router',
  }))
  const links = [linkOf(0, 1)]
  for (let site = 2; site < count; site++) {
    const upper = Math.floor((site - 2) / sitesBelow)
    links.push(linkOf(upper, site))
    if (site % 2 === 0 && upper + 1 < site) links.push(linkOf(upper + 1, site))
    if (site % 3 === 0 && site + 1 < count) links.push(linkOf(site, site + 1))
  }
  const graph = new EstateGraph(devices, links)
  const rootSiteIds = [siteId(0), siteId(1)]
  return { graph, devices, links, rootSiteIds, entities: graph.size + links.length }
}

const siteId = (site: number) => `site${String(site).padStart(6, '0')}`
const deviceId = (site: number, i: number) => `${siteId(site)}-${i}`

function linkOf(upper: number, lower: number): GraphLink {
  const id = `${siteId(upper)}=${siteId(lower)}`
  const circuit = (router: number) => ({
    id: `${id}#${router}`,
    aDeviceId: deviceId(upper, router),
    zDeviceId: deviceId(lower, router),
  })
  return { id, upperSiteId: siteId(upper), lowerSiteId: siteId(lower), circuits: [circuit(0), circuit(1)] }
}

export interface Evidence {
  down: Set<string>
  dark: Set<string>
}

/** What is seen when these are broken. O(estate). */
export function evidenceOf({ graph, links, rootSiteIds }: Mesh, broken: ReadonlySet<string>): Evidence {
  const failed = new Uint8Array(graph.size)
  for (const id of broken) {
    const v = graph.vertex(id)
    failed[v] = 1
    if (graph.isSite(v)) for (const inside of graph.neighbours(v)) failed[inside] = 1
  }
  const walk = walkFrom(graph, failed, graph.roots(rootSiteIds))
  const [down, dark] = [new Set<string>(), new Set<string>()]
  for (let v = 0; v < graph.size; v++) {
    if (graph.isSite(v) && !walk.has(v)) dark.add(graph.ids[v]!)
    if (graph.isDevice(v) && failed[v] && walk.has(graph.siteOf[v]!)) down.add(graph.ids[v]!)
  }
  for (const { circuits } of links)
    for (const { id, aDeviceId, zDeviceId } of circuits) {
      const [v, a, z] = [graph.vertex(id), graph.vertex(aDeviceId), graph.vertex(zDeviceId)]
      const isSeen = [a, z].some((end) => walk.has(graph.siteOf[end]!))
      if (isSeen && (failed[v] || failed[a] || failed[z])) down.add(id)
    }
  return { down, dark }
}
