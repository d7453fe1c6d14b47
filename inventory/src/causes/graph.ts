/**
 * The estate as a graph of numbers: sites, devices and circuits are its vertices. A device hangs on its site, a circuit joins the
 * devices at its ends, and a link that has no circuit yet joins its two sites. Neighbours lie one after another in one array
 * (compressed sparse rows), so that a walk touches no object. Vertices and neighbours are in an order that follows from ids alone.
 */
export interface GraphCircuit {
  id: string
  aDeviceId: string
  zDeviceId: string
  /** The ports it ends at, where they are known. */
  aInterfaceId?: string
  zInterfaceId?: string
}

export interface GraphLink {
  id: string
  upperSiteId: string
  lowerSiteId: string
  /** In carrying order: primary first. */
  circuits: readonly GraphCircuit[]
}

export interface GraphDevice {
  id: string
  siteId: string
  role: string
}

/** A graph of numbers. Neighbours of v: targets[offsets[v]] to targets[offsets[v + 1]]. */
export interface Rows {
  readonly size: number
  readonly offsets: Int32Array
  readonly targets: Int32Array
}

export class EstateGraph implements Rows {
  readonly size: number
  /** By vertex. */
  readonly ids: readonly string[]
  readonly siteCount: number
  readonly deviceCount: number
  readonly offsets: Int32Array
  readonly targets: Int32Array
  /** The site of a device, by vertex; -1 for what is none. */
  readonly siteOf: Int32Array
  /** Place in `links` of a circuit's link, by vertex; -1 for what is no circuit. */
  readonly linkOf: Int32Array
  readonly links: readonly GraphLink[]
  readonly #vertexOf = new Map<string, number>()
  readonly #roles: readonly string[]
  readonly #linkAt: ReadonlyMap<string, GraphLink>
  readonly #circuitAt = new Map<string, GraphCircuit>()

  /** O(sites + devices + circuits × log of them). */
  constructor(devices: Iterable<GraphDevice>, links: Iterable<GraphLink>, siteIds: Iterable<string> = []) {
    const known = [...devices].sort(byId)
    this.links = [...links].sort(byId)
    const sites = new Set(siteIds)
    for (const { siteId } of known) sites.add(siteId)
    for (const { upperSiteId, lowerSiteId } of this.links) sites.add(upperSiteId).add(lowerSiteId)
    const deviceIds = new Set(known.map(({ id }) => id))
    const circuits = this.links.flatMap((link, at) =>
      link.circuits.map((circuit) => ({ ...circuit, at })),
    ).filter(({ aDeviceId, zDeviceId }) => deviceIds.has(aDeviceId) && deviceIds.has(zDeviceId)) // prettier-ignore
    this.ids = [...[...sites].sort(), ...known.map(({ id }) => id), ...circuits.map(({ id }) => id)]
    this.size = this.ids.length
    this.#roles = known.map(({ role }) => role)
    this.#linkAt = new Map(this.links.map((link) => [link.id, link]))
    this.siteCount = sites.size
    this.deviceCount = known.length
    for (let v = 0; v < this.size; v++) this.#vertexOf.set(this.ids[v]!, v)
    for (const circuit of circuits)
      for (const port of [circuit.aInterfaceId, circuit.zInterfaceId])
        if (port !== undefined) this.#circuitAt.set(port, circuit)
    this.siteOf = new Int32Array(this.size).fill(-1)
    this.linkOf = new Int32Array(this.size).fill(-1)
    const edges: number[] = []
    for (const { id, siteId } of known) {
      const [v, site] = [this.vertex(id), this.vertex(siteId)]
      this.siteOf[v] = site
      edges.push(v, site)
    }
    for (const { id, aDeviceId, zDeviceId, at } of circuits) {
      const v = this.vertex(id)
      this.linkOf[v] = at
      edges.push(v, this.vertex(aDeviceId), v, this.vertex(zDeviceId))
    }
    const joined = new Set(circuits.map(({ at }) => at))
    for (const [at, { upperSiteId, lowerSiteId, circuits }] of this.links.entries())
      if (!joined.has(at) && !circuits.length) edges.push(this.vertex(upperSiteId), this.vertex(lowerSiteId))
    ;({ offsets: this.offsets, targets: this.targets } = rowsOf(edges, this.size))
  }

  /** -1 for what is not in it. */
  vertex(id: string): number {
    return this.#vertexOf.get(id) ?? -1
  }

  isSite(v: number): boolean {
    return v >= 0 && v < this.siteCount
  }

  isDevice(v: number): boolean {
    return v >= this.siteCount && v < this.siteCount + this.deviceCount
  }

  isCircuit(v: number): boolean {
    return v >= this.siteCount + this.deviceCount
  }

  roleOf(device: number): string | undefined {
    return this.#roles[device - this.siteCount]
  }

  link(id: string): GraphLink | undefined {
    return this.#linkAt.get(id)
  }

  /** The circuit that ends at a port. */
  circuitAt(interfaceId: string): GraphCircuit | undefined {
    return this.#circuitAt.get(interfaceId)
  }

  neighbours(v: number): Int32Array {
    return this.targets.subarray(this.offsets[v], this.offsets[v + 1])
  }

  /** Steps from the nearest of these; -1 for what no way leads to. O(vertices + edges). */
  depths(from: Iterable<number>): Int32Array {
    const { offsets, targets } = this
    const depth = new Int32Array(this.size).fill(-1)
    const queue = [...new Set(from)]
    for (const v of queue) depth[v] = 0
    for (let i = 0; i < queue.length; i++) {
      const v = queue[i]!
      for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
        const w = targets[e]!
        if (depth[w]! >= 0) continue
        depth[w] = depth[v]! + 1
        queue.push(w)
      }
    }
    return depth
  }

  /** Where everything is seen from: these sites; and of what no way leads to from them, every site that is no link's lower end. */
  roots(siteIds: Iterable<string>): number[] {
    const given = [...new Set(siteIds)].map((id) => this.vertex(id)).filter((v) => this.isSite(v))
    const depths = this.depths(given)
    const lower = new Set(this.links.map(({ lowerSiteId }) => this.vertex(lowerSiteId)))
    const tops = this.links.map(({ upperSiteId }) => this.vertex(upperSiteId))
    return [...given, ...new Set(tops.filter((v) => depths[v]! < 0 && !lower.has(v)))]
  }
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** `edges`: pairs of ends. */
export function rowsOf(edges: readonly number[], size: number): Rows {
  const offsets = new Int32Array(size + 1)
  for (const v of edges) offsets[v + 1]! += 1
  for (let v = 0; v < size; v++) offsets[v + 1]! += offsets[v]!
  const next = offsets.slice()
  const targets = new Int32Array(edges.length)
  for (let e = 0; e < edges.length; e += 2) {
    const [a, b] = [edges[e]!, edges[e + 1]!]
    targets[next[a]!++] = b
    targets[next[b]!++] = a
  }
  return { size, offsets, targets }
}
