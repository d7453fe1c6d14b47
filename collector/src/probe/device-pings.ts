import { isDeepStrictEqual } from 'node:util'
import { fractionOf } from '../hash.ts'
import { IcmpError } from '../icmp/icmp.ts'
import type { HeldTarget } from '../poll/held-target.ts'
import type { Recorder } from '../recorder.ts'
import { Schedule } from '../schedule.ts'
import { openPing, type PingParts } from './ping.ts'
import { PingRound, type PingedDevice } from './ping-round.ts'

export interface DevicePingerParts extends PingParts {
  recorder: Recorder
  now: () => number
  /** A device that answered before has kept silent twice. */
  onSilence: (deviceId: string) => void
  onError: (error: Error) => void
  /** How often the figures are told; a minute unless told. */
  minuteMs?: number
}

/** Within an interval there are this many rounds at most: a round costs a process. */
const mostRounds = 60

interface Place {
  target: HeldTarget
  round: PingRound
  device: PingedDevice
}

/**
 * Echoes to the address of every device, in as many rounds an interval as it has seconds: ten thousand devices every ten seconds are
 * ten rounds of a thousand. A round asks by ICMP, or by SNMP where addresses are only simulated.
 */
export class DevicePinger {
  readonly #parts: DevicePingerParts
  readonly #places = new Map<string, Place>()
  readonly #rounds = new Map<string, PingRound>()
  readonly #schedule = new Schedule()

  constructor(parts: DevicePingerParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#places.size
  }

  /** Adds a device, or changes it. One that is not to be pinged is left out. */
  set(target: HeldTarget): void {
    const known = this.#places.get(target.deviceId)
    if (known && isAskedAlike(known.target, target)) return
    this.delete(target.deviceId)
    if (!target.ping) return
    const { deviceId, address, port, snmp, ping } = target
    const device: PingedDevice = {
      deviceId,
      address,
      ping: ping.kind === 'icmp' ? null : openPing({ kind: ping.kind, address, port, snmp }, this.#parts),
    }
    const round = this.#roundOf(deviceId, ping)
    round.add(device)
    this.#places.set(deviceId, { target, round, device })
  }

  delete(deviceId: string): void {
    const place = this.#places.get(deviceId)
    if (!place) return
    this.#places.delete(deviceId)
    place.device.ping?.close()
    place.round.delete(place.device)
    if (place.round.size > 0) return
    this.#rounds.delete(place.round.key)
    this.#schedule.delete(place.round.key)
  }

  close(): void {
    for (const deviceId of [...this.#places.keys()]) this.delete(deviceId)
  }

  #roundOf(deviceId: string, { kind, intervalS }: NonNullable<HeldTarget['ping']>): PingRound {
    const count = Math.min(mostRounds, Math.max(1, Math.floor(intervalS)))
    const key = `${kind}/${intervalS}/${Math.floor(fractionOf(deviceId) * count)}`
    const known = this.#rounds.get(key)
    if (known) return known
    const round = new PingRound(key, intervalS * 1000, this.#parts)
    this.#rounds.set(key, round)
    this.#schedule.set(key, intervalS * 1000, () => round.run().catch((error: unknown) => this.#fail(error)))
    return round
  }

  /** A host that forbids ICMP is told once by the one who asks for all. */
  #fail(error: unknown): void {
    if (!(error instanceof IcmpError)) this.#parts.onError(error as Error)
  }
}

function isAskedAlike(before: HeldTarget, after: HeldTarget): boolean {
  const how = ({ address, port, snmp, ping }: HeldTarget) => [
    address,
    ping,
    ping?.kind === 'snmp' && [port, snmp],
  ]
  return isDeepStrictEqual(how(before), how(after))
}
