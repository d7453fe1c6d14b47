import { evidence, type EvidenceItem } from '@zongheng/inventory/evidence.ts'
import type { LinkState } from '@zongheng/inventory/link.ts'
import { upsKeys, upsOnBattery } from '@zongheng/inventory/sensor.ts'
import type { CircuitModel, DeviceModel, LinkModel } from '../estate/model.ts'
import type { Held } from './held.ts'
import type { Ground } from './pass.ts'

/** A device told unasked that a port of its own, or the neighbour behind it, is lost. */
export interface ToldLoss {
  interfaceId: string
  atMs: number
  /** The record, as it is shown. */
  name: string
  text: string
}

/** A circuit of a link, as it is judged now. */
export interface JudgedCircuit {
  circuit: CircuitModel
  held: Held
}

/** A record and the evidence that it bears out are not further apart. */
export const toldWithinMs = 10_000

/** States that follow from lost circuits alone. */
const ofLoss: ReadonlySet<LinkState> = new Set(['down', 'on-backup', 'unprotected'])

/**
 * Losses that devices told of. They make no state: evidence does, and what was told bears it out, so that a link need not be seen lost
 * for a while. It still waits until the devices at both ends, which would be nearer causes, have answered after the loss, and wherever
 * an end runs on its battery: it may fall dark any moment, and its mains are the cause then. Nothing is kept across restarts: the usual hold is left then.
 */
export class ToldLosses {
  readonly #ground: Ground
  /** By port; of ports at ends of circuits only. */
  readonly #byPort = new Map<string, ToldLoss>()
  /** Devices that read the mains, by site. */
  readonly #mains = new Map<string, DeviceModel[]>()

  constructor(ground: Ground) {
    this.#ground = ground
  }

  /** Takes a changed estate. O(sensors). */
  rebuild(isKnownPort: (interfaceId: string) => boolean): void {
    for (const id of this.#byPort.keys()) if (!isKnownPort(id)) this.#byPort.delete(id)
    this.#mains.clear()
    for (const device of this.#ground.model.devices.values())
      if (isAsked(device) && sourceOf(device))
        this.#mains.set(device.siteId, [...(this.#mains.get(device.siteId) ?? []), device])
  }

  take(loss: ToldLoss): void {
    const known = this.#byPort.get(loss.interfaceId)
    if (!known || known.atMs < loss.atMs) this.#byPort.set(loss.interfaceId, loss)
  }

  /** The record that bears the loss of this circuit out; null when there is none. */
  of({ circuit: { a, z }, held }: JudgedCircuit): ToldLoss | null {
    if (held.state !== 'down') return null
    const told = [a, z].flatMap(({ interfaceId }) => this.#byPort.get(interfaceId) ?? [])
    return told.find(({ atMs }) => Math.abs(atMs - held.sinceMs) <= toldWithinMs) ?? null
  }

  words(judged: JudgedCircuit): EvidenceItem[] {
    const loss = this.of(judged)
    if (!loss) return []
    const { name, text, atMs } = loss
    return [evidence('log-told', 'bad', atMs, { name, text, count: 1 }, judged.circuit.id)]
  }

  /** Lost so lately that it is waited for, and told of: what is looked at now decides whether that goes on. */
  isFresh(judged: JudgedCircuit, holdMs: number, nowMs: number): boolean {
    return nowMs - judged.held.sinceMs < holdMs && this.of(judged) !== null
  }

  /** Every loss that makes this state was told of or lasts, and nothing nearer explains it. */
  bearOut(
    link: LinkModel,
    state: LinkState,
    circuits: readonly JudgedCircuit[],
    holdMs: number,
    nowMs: number,
  ): boolean {
    // prettier-ignore
    if (!ofLoss.has(state)) return false
    const lost = circuits.filter(({ held }) => held.state === 'down')
    if (state === 'on-backup' && circuits[0]?.held.state !== 'down') return false
    const fresh = lost.filter(({ held }) => nowMs - held.sinceMs < holdMs)
    return fresh.length > 0 && fresh.every((one) => this.#isCertain(link, state, one))
  }

  #isCertain(link: LinkModel, state: LinkState, judged: JudgedCircuit): boolean {
    const told = this.of(judged)
    if (!told) return false
    const sinceMs = Math.min(told.atMs, judged.held.sinceMs)
    const isCutOff = this.#cutOffBy(link, state)
    const atEnds = [link.upperSiteId, link.lowerSiteId].flatMap((siteId) => this.#mains.get(siteId) ?? [])
    return (
      !atEnds.some((device) => this.#isOnBattery(device)) &&
      this.#ends(judged.circuit).every((end) => isCutOff(end.siteId) || this.#isSeen(end, sinceMs))
    )
  }

  /** Who is to be looked at once a loss was told of; whoever told it is looked at anyway. */
  toAsk({ interfaceId, atMs }: ToldLoss, link: LinkModel): DeviceModel[] {
    const circuit = link.circuits.find(({ a, z }) => [a, z].some((end) => end.interfaceId === interfaceId))
    if (!circuit) return []
    const { a, z } = circuit
    const tellerId = [a, z].find((end) => end.interfaceId === interfaceId)!.deviceId
    return this.#ends(circuit).filter((end) => end.id !== tellerId && !this.#isSeen(end, atMs))
  }

  /** Devices at its ends that anybody asks. */
  #ends({ a, z }: CircuitModel): DeviceModel[] {
    return [a, z].flatMap(({ deviceId }) => this.#ground.model.devices.get(deviceId) ?? []).filter(isAsked)
  }

  /** It answered since: as a whole, or for one of its ports. */
  #isSeen({ id, interfaces: ports }: DeviceModel, sinceMs: number): boolean {
    const { devices, interfaces } = this.#ground.observations
    if ((devices.get(id)?.answeredAtMs ?? -Infinity) >= sinceMs) return true
    return ports.some((port) => (interfaces.get(port.id)?.statusAtMs ?? -Infinity) >= sinceMs)
  }

  #isOnBattery(device: DeviceModel): boolean {
    const source = sourceOf(device)
    return source !== undefined && this.#ground.observations.sensors.get(source.id)?.value === upsOnBattery
  }

  /** Nobody can be asked where the link that is down is the only way to. */
  #cutOffBy({ id, upperSiteId, lowerSiteId }: LinkModel, state: LinkState): (siteId: string) => boolean {
    if (state !== 'down') return () => false
    const { topology } = this.#ground
    const nearSiteId = topology.nearSite({ id, upperSiteId, lowerSiteId, circuits: [] })
    const farSiteId = nearSiteId === upperSiteId ? lowerSiteId : upperSiteId
    const isOnlyWay = topology.uplinks(farSiteId).every((link) => link.id === id)
    return (siteId) => isOnlyWay && siteId === farSiteId
  }
}

const isAsked = ({ collectorId }: DeviceModel): boolean => collectorId !== null

const sourceOf = ({ sensors }: DeviceModel) => sensors.find(({ key }) => key === upsKeys.outputSource)
