import type { CircuitReading, Link } from '@zongheng/server/api.ts'
import { api } from './api/client.ts'
import { live } from './live.svelte.ts'
import { scope } from './scope.svelte.ts'
import { session } from './session.svelte.ts'

/** Readings of one link's circuits laid over it; the same object when nothing of it changed. */
export function withReadings(link: Link, readings: CircuitReading[]): Link {
  const circuits = link.circuits.map((circuit) => {
    const reading = readings.find((r) => r.circuitId === circuit.id)
    if (!reading) return circuit
    const { inBps, outBps, rttMs, lossPercent, jitterMs } = reading
    return { ...circuit, inBps, outBps, rttMs, lossPercent, jitterMs }
  })
  return { ...link, circuits }
}

/** Every link one may see, kept current by the live connection. Untouched links keep their identity. */
class LinkStore {
  all = $state.raw<Link[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  byId = $derived(new Map(this.all.map((link) => [link.id, link])))
  /** The link that leads down to a site. */
  byLowerSite = $derived(new Map(this.all.map((link) => [link.lowerSite.id, link])))
  inScope = $derived(scope.narrowed ? this.all.filter((link) => scope.covers(link.region.id)) : this.all)
  #changed = new Map<string, Link>()
  #readings = new Map<string, CircuitReading[]>()
  #frame: number | null = null

  /** Loads and follows; call the returned function to stop following. */
  follow(): () => void {
    const stops = [
      live.on('link', (link) => this.#note(() => this.#changed.set(link.id, link))),
      live.on('readings', (readings) => this.#note(() => this.#noteReadings(readings))),
      live.on('reconnected', () => void this.load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      this.all = session.can('estate.read') ? await api.all<Link>('/links') : []
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
    this.loaded = true
  }

  #noteReadings(readings: CircuitReading[]) {
    for (const reading of readings) {
      const noted = this.#readings.get(reading.linkId)
      if (noted) noted.push(reading)
      else this.#readings.set(reading.linkId, [reading])
    }
  }

  /** A storm of events is one change of the screen a frame. */
  #note(record: () => void) {
    record()
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.#apply()
    })
  }

  #apply() {
    const known = this.byId
    const next = this.all.map((link) => {
      const current = this.#changed.get(link.id) ?? link
      const readings = this.#readings.get(link.id)
      return readings ? withReadings(current, readings) : current
    })
    for (const [id, link] of this.#changed) if (!known.has(id)) next.push(link)
    this.#changed.clear()
    this.#readings.clear()
    this.all = next
  }
}
export const links = new LinkStore()
