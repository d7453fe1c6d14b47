import type { Agent } from './agent.ts'
import { UdpSocket, type Peer, type UdpListener } from './transport.ts'
import { Window } from './window.ts'

/** What the kernel charges the receive buffer for one full frame, whatever the network driver: the datagram, its page, its header. */
const octetsPerReply = 4_608
/** Before the kernel has said what it gives. */
const capacityAtFirst = 32
const windowAtFirst = 32
const leastWindow = 32
/** Requests under way to devices that did not answer last time, or were never asked: their replies may not come at all. */
const mostDoubtful = 64

/** A socket, with what it may have under way. Devices that answer and those that are in doubt never wait for one another. */
export class Channel {
  readonly #socket: UdpSocket
  readonly #window: Window
  #capacity = capacityAtFirst
  #grantedOctets = 0
  #sure = 0
  #doubtful = 0
  /** Agents with requests that wait for room, longest first. */
  readonly #waiting = { sure: new Set<Agent>(), doubtful: new Set<Agent>() }

  constructor(family: 4 | 6, listener: Omit<UdpListener, 'granted'>, most: number) {
    this.#window = new Window({
      initial: Math.min(windowAtFirst, most),
      least: Math.min(leastWindow, most),
      most,
    })
    this.#socket = new UdpSocket(family, {
      receive: (datagram, from) => listener.receive(datagram, from),
      unreachable: (peer, error) => listener.unreachable(peer, error),
      socketError: (error) => listener.socketError(error),
      granted: (octets) => {
        this.#grantedOctets = octets
        this.#capacity = Math.max(1, Math.floor(octets / octetsPerReply))
        this.#window.bound(Math.min(most, this.#capacity))
      },
    })
  }

  get window(): number {
    return this.#window.size
  }

  get grantedOctets(): number {
    return this.#grantedOctets
  }

  hasRoom(isDoubtful: boolean): boolean {
    if (this.#sure + this.#doubtful >= this.#capacity) return false
    return isDoubtful
      ? this.#doubtful < Math.min(mostDoubtful, this.#window.size)
      : this.#sure < this.#window.size
  }

  hold(isDoubtful: boolean): void {
    if (isDoubtful) this.#doubtful++
    else this.#sure++
  }

  release(isDoubtful: boolean): void {
    if (isDoubtful) this.#doubtful--
    else this.#sure--
  }

  /** Who waits longest of those who may have a turn now; it waits no more. */
  next(): Agent | null {
    const { sure, doubtful } = this.#waiting
    const isSure = sure.size > 0 && this.hasRoom(false)
    if (!isSure && (doubtful.size === 0 || !this.hasRoom(true))) return null
    const [first] = isSure ? sure : doubtful
    this.forget(first!)
    return first!
  }

  wait(agent: Agent, isDoubtful: boolean): void {
    this.#waiting[isDoubtful ? 'doubtful' : 'sure'].add(agent)
  }

  forget(agent: Agent): void {
    this.#waiting.sure.delete(agent)
    this.#waiting.doubtful.delete(agent)
  }

  answered(lost: number): void {
    this.#window.answered(lost, this.#sure + 1)
  }

  send(datagram: Uint8Array, peer: Peer, isTold: boolean): void {
    this.#socket.send(datagram, peer, isTold)
  }

  /** Answers those that waited. */
  close(): Agent[] {
    this.#socket.close()
    return [...this.#waiting.sure, ...this.#waiting.doubtful]
  }
}
