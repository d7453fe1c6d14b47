/** Who is told of alarms: an open console by its socket, and a gateway by its webhook. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { io, type Socket } from 'socket.io-client'
import parser from 'socket.io-msgpack-parser'
import type { Alarm } from '../../server/src/api.ts'
import type { ApiClient } from '../../server/src/cli/api-client.ts'

/** UTC epoch ms. */
export interface Told {
  screenMs: number
  handedOverMs: number
}

const longestMs = 180_000

interface Waiter {
  entityIds: ReadonlySet<string>
  sinceMs: number
  tell: (told: Told) => void
}

/** The first root alarm of what is waited for, as both hear of it. */
export class Watch {
  readonly #socket: Socket
  readonly #gateway: Server
  readonly #shown = new Map<string, { alarm: Alarm; atMs: number }>()
  readonly #handedOver = new Map<string, number>()
  readonly #waiters = new Set<Waiter>()

  private constructor(socket: Socket, gateway: Server) {
    this.#socket = socket
    this.#gateway = gateway
    socket.on('alarm', (alarm: Alarm) => this.#show(alarm))
    gateway.on('request', (request, response) => {
      void this.#take(request).then(() => response.end())
    })
  }

  static async open(api: ApiClient): Promise<Watch> {
    const gateway = createServer().listen(0, '127.0.0.1')
    await once(gateway, 'listening')
    const { port } = gateway.address() as AddressInfo
    await routeTo(api, `http://127.0.0.1:${port}/`)
    const socket = io(api.origin, {
      parser,
      transports: ['websocket'],
      extraHeaders: { cookie: api.cookie },
    })
    const watch = new Watch(socket, gateway)
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
    return watch
  }

  /** When one of these was on the screen as a root, and handed over. */
  told(entityIds: readonly string[], sinceMs: number): Promise<Told> {
    const { promise, resolve: tell, reject } = Promise.withResolvers<Told>()
    this.#waiters.add({ entityIds: new Set(entityIds), sinceMs, tell })
    this.#look()
    const tooLate = () => reject(new Error(`nobody was told of ${entityIds.join(' ')}`))
    const timer = setTimeout(tooLate, longestMs)
    return promise.finally(() => clearTimeout(timer))
  }

  close(): void {
    this.#socket.disconnect()
    this.#gateway.close()
    this.#gateway.closeAllConnections()
  }

  #show(alarm: Alarm): void {
    if (alarm.state !== 'firing' || alarm.causeId !== null || this.#shown.has(alarm.id)) return
    this.#shown.set(alarm.id, { alarm, atMs: Date.now() })
    this.#look()
  }

  async #take(request: IncomingMessage): Promise<void> {
    const atMs = Date.now()
    const { alarmId } = (await json(request)) as { alarmId: string | null }
    if (alarmId !== null && !this.#handedOver.has(alarmId)) this.#handedOver.set(alarmId, atMs)
    this.#look()
  }

  #look(): void {
    for (const waiter of this.#waiters) {
      const told = this.#toldTo(waiter)
      if (!told) continue
      this.#waiters.delete(waiter)
      waiter.tell(told)
    }
  }

  #toldTo({ entityIds, sinceMs }: Waiter): Told | null {
    for (const [id, { alarm, atMs }] of this.#shown) {
      const handedOverMs = this.#handedOver.get(id)
      if (atMs >= sinceMs && handedOverMs !== undefined && entityIds.has(alarm.entity.id))
        return { screenMs: atMs, handedOverMs }
    }
    return null
  }
}

async function routeTo(api: ApiClient, url: string): Promise<void> {
  const regions = await api.all<{ id: string; tier: string }>('/regions')
  const regionId = regions.find(({ tier }) => tier === 'province')!.id
  const settings = { kind: 'webhook', url }
  const { id: channelId } = await api.post<{ id: string }>('/notify/channels', { name: 'bench', regionId, settings, secret: { signKey: 'bench' } }) // prettier-ignore
  const match = { severities: [], classes: [], conditions: [], hours: 'any' }
  const steps = [{ afterMinutes: 0, to: [{ kind: 'channel', channelId, address: '' }] }]
  await api.post('/notify/routes', { name: 'bench', regionId, position: 0, match, steps })
}
