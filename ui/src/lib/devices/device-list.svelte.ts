import type { Device } from '@zongheng/server/api.ts'
import { api } from '#lib/api/client.ts'
import { oncePerFrame } from '#lib/frame.ts'
import { live } from '#lib/live.svelte.ts'
import { scope } from '#lib/scope.svelte.ts'

/** Every device one may see, states kept current by the live connection, readings as of the last load. */
export class DeviceList {
  all = $state.raw<Device[]>([])
  loaded = $state(false)
  problem = $state.raw<unknown>(null)
  inScope = $derived(scope.narrowed ? this.all.filter((d) => scope.covers(d.region.id)) : this.all)

  #changed = new Map<string, Pick<Device, 'state' | 'since'>>()
  #show = oncePerFrame(() => {
    const changed = this.#changed
    this.#changed = new Map()
    this.all = this.all.map((device) => ({ ...device, ...changed.get(device.id) }))
  })

  /** Follows changes of state; call the returned function to stop. */
  follow(): () => void {
    const stops = [
      live.on('device', ({ id, state, since }) => {
        this.#changed.set(id, { state: state as Device['state'], since })
        this.#show()
      }),
      live.on('reconnected', () => void this.load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      this.all = await api.all<Device>('/devices')
      this.loaded = true
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }
}
