/** What finding causes costs, in processor time of one core: a storm, one change after another, a question what if; and what all that weighs. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Causes, Faults, impactOf, weakPoints, type AskedFinding } from '@zongheng/inventory/causes.ts'
import { spreadOf } from '../report.ts'
import { evidenceOf, meshOf, type Evidence, type Mesh } from './mesh.ts'

const stormShare = 0.2
const passesMeasured = 20
const changesMeasured = 2000

export interface CausesRow {
  tool: 'zongheng causes'
  entities: number
  /** States that a storm changes, findings that follow, and those that stand for themselves. */
  stormChanges: number
  stormFindings: number
  stormRoots: number
  stormMs: number
  /** One thing fails or comes back, and what is found of it is explained: by the clock, the most in processor time. */
  changeMs: { min: number; median: number; max: number }
  /** After one change while the storm lasts, all that is found is explained again: as each pass of the alarm book does. */
  passMs: number
  /** One change by looking at everything anew. */
  recomputeMs: number
  /** How many times dearer that is. */
  ratio: number
  whatIfMs: number
  weakPointsMs: number
  octetsPerEntity: number
}

/** Processor time of this thread, by the kernel's ticks: what a machine does beside it does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** [Numerical Recipes] */
function chances(seed: number): (below: number) => number {
  let state = seed
  return (below) => Math.floor(((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below)
}

export function measureCauses(entities: number): CausesRow {
  const mesh = meshOf(entities)
  const before = used()
  const [faults, causes] = built(mesh)
  const octetsPerEntity = (used() - before + graphOctets(mesh)) / mesh.entities
  feed(faults, mesh, { down: new Set(), dark: new Set() })
  causes.explain({ entityId: mesh.links[0]!.id, condition: 'link-state' }, never)
  const storm = stormOf(mesh)
  const beganMs = cpuMs()
  apply(faults, storm.evidence)
  const roots = storm.findings.filter((finding) => !causes.explain(finding, storm)).length
  const stormMs = cpuMs() - beganMs
  const passMs = passes(mesh, faults, causes, storm)
  const changeMs = oneByOne(mesh, faults, causes)
  const recomputeMs = fastest(3, () => {
    const [anew, all] = built(mesh)
    feed(anew, mesh, storm.evidence)
    all.explain(storm.findings[0]!, storm)
  })
  const { graph } = mesh
  const roots0 = graph.roots(mesh.rootSiteIds)
  const failing = [graph.vertex(mesh.links[0]!.circuits[0]!.id), graph.vertex(mesh.rootSiteIds[1]!)]
  return {
    tool: 'zongheng causes',
    entities: mesh.entities,
    stormChanges: storm.changes,
    stormFindings: storm.findings.length,
    stormRoots: roots,
    stormMs,
    changeMs,
    passMs,
    recomputeMs,
    ratio: recomputeMs / changeMs.median,
    whatIfMs: fastest(5, () => impactOf({ graph, failed: faults.failed, roots: roots0, failing, carrying: () => null })), // prettier-ignore
    weakPointsMs: fastest(3, () => weakPoints(graph, roots0)),
    octetsPerEntity,
  }
}

function built({ graph, rootSiteIds }: Mesh): [Faults, Causes] {
  const faults = new Faults(graph)
  return [faults, new Causes(faults, rootSiteIds)]
}

const never = { has: () => false, size: 0 }

/** All that is known at once. */
function feed(faults: Faults, { graph }: Mesh, { down, dark }: Evidence): void {
  for (let v = 0; v < graph.size; v++) {
    const id = graph.ids[v]!
    if (graph.isSite(v)) faults.setSight(id, dark.has(id) ? 'dark' : 'seen')
    else faults.setDown(id, down.has(id))
  }
}

function apply(faults: Faults, { down, dark }: Evidence): void {
  for (const id of dark) faults.setSight(id, 'dark')
  for (const id of down) faults.setDown(id, true)
}

/** Things break until that share of all states has changed. */
function stormOf(mesh: Mesh) {
  const below = chances(7)
  const { links, devices } = mesh
  const wanted = stormShare * mesh.entities
  const broken = new Set<string>()
  for (let step = Math.ceil(mesh.entities / 400); ;) {
    for (let i = 0; i < step; i++) {
      const circuits = links[1 + below(links.length - 1)]!.circuits
      broken.add(circuits[0]!.id).add(circuits[1]!.id)
      const router = devices[12 + below(devices.length - 12)]!
      broken.add(router.id)
      if (i % 4 === 0) broken.add(router.siteId)
    }
    const evidence = evidenceOf(mesh, broken)
    const asked = findingsOf(mesh, evidence)
    const changes = asked.length + evidence.down.size + evidence.dark.size
    if (changes < wanted) continue
    const keys = new Set(asked.map(({ entityId, condition }) => `${entityId}|${condition}`))
    const has = (id: string, condition: string) => keys.has(`${id}|${condition}`)
    return { evidence, findings: asked, changes, has, size: keys.size }
  }
}

function findingsOf({ links, devices }: Mesh, { down, dark }: Evidence): AskedFinding[] {
  return [
    ...links
      .filter(({ circuits }) => circuits.some(({ id }) => down.has(id)))
      .map(({ id }) => ({ entityId: id, condition: 'link-state' as const })),
    ...devices.flatMap(({ id, siteId }): AskedFinding[] => {
      if (dark.has(siteId)) return [{ entityId: id, condition: 'device-unreachable' }]
      return down.has(id) ? [{ entityId: id, condition: 'device-down' }] : []
    }),
  ]
}

/** The middle one. */
function passes(
  { links, graph }: Mesh,
  faults: Faults,
  causes: Causes,
  { findings, has }: ReturnType<typeof stormOf>,
): number {
  const below = chances(5)
  const times = Array.from({ length: passesMeasured }, () => {
    const circuit = links[below(links.length)]!.circuits[1]!.id
    const isDown = faults.isDown(graph.vertex(circuit))
    const beganMs = cpuMs()
    faults.setDown(circuit, !isDown)
    const now = { has, size: findings.length }
    for (const finding of findings) causes.explain(finding, now)
    return cpuMs() - beganMs
  })
  return spreadOf(times).median
}

/** While the storm lasts: circuits and sites fail and come back; each is explained at once. */
function oneByOne(
  { links, graph, rootSiteIds }: Mesh,
  faults: Faults,
  causes: Causes,
): CausesRow['changeMs'] {
  const below = chances(11)
  const all = { has: () => true, size: 1 }
  let most = 0
  const times = Array.from({ length: changesMeasured }, (_, i) => {
    const link = i % 50 === 0 ? links[below(8)]! : links[below(links.length)]!
    const circuit = link.circuits[0]!.id
    const isDown = faults.isDown(graph.vertex(circuit))
    const isSite = i % 3 === 0 && !rootSiteIds.includes(link.lowerSiteId)
    const isDark = faults.isDark(graph.vertex(link.lowerSiteId))
    const beganCpuMs = cpuMs()
    const beganMs = performance.now()
    if (isSite) faults.setSight(link.lowerSiteId, isDark ? 'seen' : 'dark')
    else faults.setDown(circuit, !isDown)
    causes.explain({ entityId: link.id, condition: 'link-state' }, all)
    causes.explain({ entityId: link.lowerSiteId, condition: 'site-silent' }, all)
    const tookMs = performance.now() - beganMs
    most = Math.max(most, cpuMs() - beganCpuMs)
    return tookMs
  })
  return { ...spreadOf(times), max: most }
}

function fastest(times: number, run: () => void): number {
  return Math.min(
    ...Array.from({ length: times }, () => {
      const beganMs = cpuMs()
      run()
      return cpuMs() - beganMs
    }),
  )
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function used(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Its arrays; the index of ids is counted with 64 octets a vertex. */
const graphOctets = ({ graph }: Mesh) =>
  graph.offsets.byteLength + graph.targets.byteLength + graph.siteOf.byteLength + graph.linkOf.byteLength + 64 * graph.size // prettier-ignore
