/** A bad line for tests: forwards datagrams between managers and one agent, losing some and holding up the rest. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { seededRandom, type Random } from './mutate-testing.ts'
import type { Peer } from './transport.ts'

export interface Line {
  /** Of datagrams, each way. */
  lossPercent: number
  /** Of the round trip: one way half of it. */
  delayMs: { least: number; most: number }
  /** Of datagrams that arrive twice. */
  doubledPercent: number
}

export class LossyProxy {
  readonly peer: Peer
  /** Datagrams of managers that arrived here, of both sides lost, of both sides doubled. */
  asked = 0
  lost = 0
  doubled = 0
  readonly #near: Socket
  readonly #agent: Peer
  readonly #line: Line
  readonly #random: Random
  /** One socket towards the agent for each manager. */
  readonly #far = new Map<string, Socket>()
  readonly #underWay = new Set<NodeJS.Timeout>()

  private constructor(near: Socket, agent: Peer, line: Line, seed: number) {
    this.#near = near
    this.#agent = agent
    this.#line = line
    this.#random = seededRandom(seed)
    const { address, port } = near.address()
    this.peer = { address, port }
    near.on('message', (datagram, from) => {
      this.asked++
      this.#carry(() => this.#farSocket(from).send(datagram, agent.port, agent.address))
    })
  }

  /** At an address of its own, so that many stand for many devices. */
  static async start(
    agent: Peer,
    line: Line,
    { address, seed }: { address: string; seed: number },
  ): Promise<LossyProxy> {
    const near = createSocket('udp4')
    near.bind(0, address)
    await once(near, 'listening')
    return new LossyProxy(near, agent, line, seed)
  }

  stop(): void {
    for (const timer of this.#underWay) clearTimeout(timer)
    for (const socket of [this.#near, ...this.#far.values()]) socket.close()
  }

  #farSocket(manager: Peer): Socket {
    const key = `${manager.address} ${manager.port}`
    let socket = this.#far.get(key)
    if (!socket) {
      socket = createSocket('udp4')
      socket.on('message', (datagram, from) => {
        if (from.port === this.#agent.port)
          this.#carry(() => this.#near.send(datagram, manager.port, manager.address))
      })
      this.#far.set(key, socket)
    }
    return socket
  }

  #carry(deliver: () => void): void {
    if (this.#random(100) < this.#line.lossPercent) {
      this.lost++
      return
    }
    this.#later(deliver)
    if (this.#random(100) >= this.#line.doubledPercent) return
    this.doubled++
    this.#later(deliver)
  }

  #later(deliver: () => void): void {
    const { least, most } = this.#line.delayMs
    const timer = setTimeout(
      () => {
        this.#underWay.delete(timer)
        deliver()
      },
      (least + this.#random(most - least + 1)) / 2,
    )
    this.#underWay.add(timer)
  }
}
