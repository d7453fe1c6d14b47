import type { Point, Room, Series, StateSpan } from '@zongheng/server/api.ts'
import { api } from '../api/client.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'

export const dayMs = 24 * 3_600_000
/** Half an hour a step. */
const points = 48
const sensorsAtMost = 64

/** One room with its readings of the last day. */
export class RoomPage {
  readonly id: string
  room = $state.raw<Room | null>(null)
  spans = $state.raw<StateSpan[]>([])
  points = $state.raw<Point[]>([])
  days = $state.raw<ReadonlyMap<string, (number | null)[]>>(new Map())
  problem = $state.raw<unknown>(null)
  until = $state(Date.now())

  constructor(id: string) {
    this.id = id
  }

  /** Follows; call the returned function to stop. */
  follow(): () => void {
    const touch = ({ id }: { id: string }) => {
      const nodes = this.room?.powerPath.nodes ?? []
      if (id === this.id || nodes.some((node) => node.id === id)) void this.load()
    }
    const stops = [
      live.on('room', touch),
      live.on('device', touch),
      live.on('reconnected', () => void this.load()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  async load() {
    try {
      const until = Date.now()
      const day = { from: until - dayMs, until }
      const [room, history, points] = await Promise.all([
        api.get<Room>(`/rooms/${this.id}`),
        api.get<{ items: StateSpan[] }>(`/rooms/${this.id}/history`, day),
        api.all<Point>('/points', { roomId: this.id }),
      ])
      this.room = room
      this.spans = history.items
      this.points = points
      this.until = until
      if (session.can('series.read')) await this.#loadDays(room)
      this.problem = null
    } catch (problem) {
      this.problem = problem
    }
  }

  addRack = (rack: { name: string; units: number }) =>
    this.#change(api.post<Room>(`/rooms/${this.id}/racks`, rack))
  place = (placing: object) => this.#change(api.put<Room>(`/rooms/${this.id}/devices`, placing))
  async power(fromId: string, toId: string, feed: string | null) {
    await api.post('/relations', { kind: 'powers', fromId, toId, details: feed ? { feed } : {} })
    await this.load()
  }
  async unpower(relationId: string) {
    await api.del(`/relations/${relationId}`)
    await this.load()
  }
  archive = () => api.del(`/rooms/${this.id}`)

  async takeOut(deviceId: string) {
    await api.del(`/rooms/${this.id}/devices/${deviceId}`)
    await this.load()
  }

  async #change(changed: Promise<Room>) {
    this.room = await changed
  }

  async #loadDays({ airs }: Room) {
    const entity = airs
      .filter(({ kind }) => kind === 'temperature' || kind === 'humidity')
      .map(({ sensorId }) => sensorId)
      .slice(0, sensorsAtMost)
    if (entity.length === 0) return
    const query = { entity, metric: ['value'], from: this.until - dayMs, until: this.until, points }
    const { items } = await api.get<{ items: Series[] }>('/series', query)
    this.days = new Map(items.map((series) => [series.entityId, series.mean]))
  }
}
