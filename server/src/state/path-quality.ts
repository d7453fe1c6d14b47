import type { ProbeWindow } from '@zongheng/inventory/circuit-state.ts'
import type { Topology } from '@zongheng/inventory/topology.ts'
import type { LinkModel } from '../estate/model.ts'
import type { Observations } from './observations.ts'

const nothing: ProbeWindow = {
  sent: 0,
  lost: 0,
  rttMs: null,
  jitterMs: null,
  mostRttMs: null,
  mostJitterMs: null,
}

/**
 * A leg is probed from where the collector stands, across every line in between. What a circuit itself does is what its probe
 * saw, less what the way to its near site does.
 */
export class PathQuality {
  readonly #topology: Topology
  readonly #links: Map<string, LinkModel>
  readonly #observations: Observations
  readonly #activeOf: (linkId: string) => string | null

  constructor(
    topology: Topology,
    links: Map<string, LinkModel>,
    observations: Observations,
    activeOf: (linkId: string) => string | null,
  ) {
    this.#topology = topology
    this.#links = links
    this.#observations = observations
    this.#activeOf = activeOf
  }

  /** The circuit's windows, net of the way to its near site. */
  net(circuitId: string, nearSiteId: string): { recent: ProbeWindow; long: ProbeWindow } {
    const windows = this.#observations.legs.get(circuitId)?.windows() ?? { recent: nothing, long: nothing }
    const way = this.#wayTo(nearSiteId)
    return way ? { recent: less(windows.recent, way.recent), long: less(windows.long, way.long) } : windows
  }

  /** Windows of the leg that carries the way to a site: they include all that is nearer still. */
  #wayTo(siteId: string): { recent: ProbeWindow; long: ProbeWindow } | null {
    for (const uplink of this.#topology.uplinks(siteId)) {
      const link = this.#links.get(uplink.id)
      const active = this.#activeOf(uplink.id) ?? link?.circuits[0]?.id
      const leg = active ? this.#observations.legs.get(active) : undefined
      if (leg) return leg.windows()
    }
    return null
  }
}

function less(own: ProbeWindow, way: ProbeWindow): ProbeWindow {
  const share = way.sent ? way.lost / way.sent : 0
  return {
    sent: own.sent,
    lost: Math.max(0, own.lost - share * own.sent),
    rttMs: beyond(own.rttMs, way.rttMs),
    jitterMs: beyond(own.jitterMs, way.jitterMs),
    mostRttMs: beyond(own.mostRttMs, way.mostRttMs),
    mostJitterMs: beyond(own.mostJitterMs, way.mostJitterMs),
  }
}

const beyond = (own: number | null, way: number | null) =>
  own === null ? null : Math.max(0, own - (way ?? 0))
