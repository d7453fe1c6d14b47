import { deviceFreshMs, judgeDevice } from '@zongheng/inventory/device-state.ts'
import type { DeviceState } from '@zongheng/inventory/device.ts'
import type { DeviceModel } from '../estate/model.ts'
import { Agenda } from './agenda.ts'
import type { Ground, Pass } from './pass.ts'
import { isLongDark } from './site-view.ts'

/** Judges devices by their answers, and by how their sites look. */
export class DeviceJudge {
  readonly #ground: Ground
  readonly #agenda = new Agenda<DeviceModel>()

  constructor(ground: Ground) {
    this.#ground = ground
  }

  /** Takes a changed estate. */
  rebuild(): void {
    this.#agenda.rebuild(this.#ground.model.devices.values())
  }

  lookAtAll(): void {
    this.#agenda.markAll()
  }

  /** Something new was said of it, or of a sensor on it. */
  mark(deviceId: string): void {
    this.#agenda.mark(deviceId)
  }

  /** After the sites. */
  judge(pass: Pass): void {
    for (const device of this.#agenda.take(pass.nowMs)) this.#judgeDevice(device, pass)
  }

  #judgeDevice(device: DeviceModel, { nowMs, findings, moment }: Pass): void {
    const { model, causes, observations, book, view } = this.#ground
    const { id, siteId, regionId, name } = device
    const seen = observations.devices.get(id)
    const look = view.look(siteId)
    const siteCause = look.dark
      ? causes.explain({ entityId: id, condition: 'device-unreachable' }, moment)
      : null
    const verdict = judgeDevice(
      {
        name,
        pollIntervalMs: device.pollIntervalS * 1000,
        answeredAtMs: seen?.answeredAtMs ?? null,
        silentAtMs: seen?.silentAtMs ?? null,
        silentSinceMs: seen?.silentSinceMs ?? null,
        site: {
          name: model.sites.get(siteId)?.name ?? siteId,
          seenAtMs: view.seenBeside(siteId, id),
          visibleSinceMs: look.visibleSinceMs,
          dark: look.dark && (siteCause !== null || isLongDark(look, nowMs)),
          explained: siteCause !== null,
        },
        impaired: findings.impairs(id),
      },
      book.stateOf<DeviceState>(id),
      nowMs,
    )
    const atMs = verdict.state === 'degraded' ? nowMs : verdict.atMs
    const held = book.hold({ ...verdict, type: 'device', id, regionId, atMs }, nowMs)
    findings.addDevice(device, held.state as DeviceState, held)
    this.#rest(device, held.state, nowMs)
  }

  /** An answer holds until it is stale. What is silent stands and falls with what else is seen. */
  #rest({ id, pollIntervalS }: DeviceModel, state: string, nowMs: number): void {
    const seen = this.#ground.observations.devices.get(id)
    const newest = Math.max(seen?.answeredAtMs ?? 0, seen?.silentAtMs ?? 0)
    const staleMs = newest + deviceFreshMs(pollIntervalS * 1000) + 1
    const isSilent = seen?.silentSinceMs != null && nowMs < staleMs
    const isTold = state === 'down' || state === 'unreachable'
    this.#agenda.rest(id, isSilent || isTold, newest > 0 && nowMs < staleMs ? staleMs : null)
  }
}
