import type { RemoteInfo } from 'node:dgram'
import { Agent, nameOf, type AgentOptions } from './agent.ts'
import type { Line } from '../contract.ts'
import { BerError, tag } from './ber.ts'
import { Channel } from './channel.ts'
import { SnmpError } from './error.ts'
import { CommunityFraming, Framings } from './framing.ts'
import { headerOctets } from './line-budget.ts'
import { LineQueue } from './line-queue.ts'
import { Datagram } from './datagram.ts'
import { Departures } from './departures.ts'
import { BackWriter } from './octets.ts'
import { attemptBits, Pending } from './pending.ts'
import { PendingTable } from './pending-table.ts'
import { RequestIds } from './request-ids.ts'
import type { Patience, Request } from './request.ts'
import { canonicalAddress, familyOf, type Peer } from './transport.ts'
import { maxReports, UsmPeer, type Unwrapped } from './usm/peer.ts'

export type { Patience as RequestOptions } from './request.ts'

export interface EngineOptions {
  /** For each family of addresses. */
  sockets: number
  /** Requests on their way at once, of all devices, that may still expect their first reply. What the kernel's buffers hold is a bound besides. */
  maxOutstanding: number
  /** The same for one device: many agents are single-threaded and drop the rest. */
  maxOutstandingPerPeer: number
}

/** Since the start. */
export interface EngineCounters {
  sent: number
  received: number
  retried: number
  timedOut: number
  malformed: number
  /** Replies that nobody waits for: late, doubled, of another community or version. */
  strays: number
  /** Replies from an address that the device's record does not allow. */
  foreign: number
  socketErrors: number
}

export interface EngineState {
  pending: number
  /** Requests that may be under way. */
  window: number
  /** Lines that agents share. */
  lines: number
  /** Receive buffers, in octets of the kernel's own counting. */
  grantedOctets: number
}

const defaults: EngineOptions = { sockets: 4, maxOutstanding: Infinity, maxOutstandingPerPeer: 2 }
const backoff = 1.5
/** How often requests are looked at that got no answer yet. */
const sweepMs = 25
/** An answer that takes longer, and longer than this device usually does, holds nobody else up any more. */
const holdMs = 250
const holdRoundTrips = 4
/** As many as are usually under way. */
const mostSpare = 256
/** Datagrams without sense, for which somebody is sought who waits for a better one, in one sweep. */
const mostSought = 32

/**
 * SNMP with any number of devices over a few sockets. A reply counts when request-id, address, port, version and community (or
 * its USM signature) are those of a request; everything else is dropped and counted. What is under way is bounded by device, by
 * line, and in all by what the network and the receive buffers bear; the silent hold nobody up.
 */
export class SnmpEngine {
  readonly counters: EngineCounters = {
    sent: 0,
    received: 0,
    retried: 0,
    timedOut: 0,
    malformed: 0,
    strays: 0,
    foreign: 0,
    socketErrors: 0,
  }
  readonly #options: EngineOptions
  readonly #channels: Record<4 | 6, Channel[]> = { 4: [], 6: [] }
  readonly #lines = new Map<string, LineQueue>()
  readonly #framings = new Framings()
  readonly #ids = new RequestIds()
  readonly #pending = new PendingTable()
  readonly #departures = new Departures(this.#pending, (pending) => this.#transmit(pending))
  /** That served their request. */
  readonly #spare: Pending[] = []
  readonly #writer = new BackWriter()
  readonly #datagram = new Datagram()
  #agents = 0
  #sought = 0
  #sweeper: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: Partial<EngineOptions> = {}) {
    this.#options = { ...defaults, ...options }
  }

  /** What makes an agent impossible (no IP address, no port, an incomplete credential) is told by whatever it is asked. */
  agent(options: AgentOptions): Agent {
    const peer = { address: canonicalAddress(options.peer.address), port: options.peer.port }
    const family = familyOf(peer.address)
    return new Agent(
      { ...options, peer },
      {
        framing: impossible(peer, family) ?? this.#framings.of(options.credential, nameOf(peer)),
        channel: this.#channel(family ?? 4),
        line: options.line ? this.#joined(options.line) : null,
        dispatcher: this,
      },
    )
  }

  /** For those who watch: what is under way, how wide the windows are, and what the kernel gave. */
  get state(): EngineState {
    const channels = [...this.#channels[4], ...this.#channels[6]]
    return {
      pending: this.#pending.size,
      lines: this.#lines.size,
      window: channels.reduce((sum, { window }) => sum + window, 0),
      grantedOctets: channels.reduce((sum, { grantedOctets }) => sum + grantedOctets, 0),
    }
  }

  /** For agents. */
  submit(agent: Agent, request: Request, patience: Patience): void {
    if (this.#closed || agent.isClosed) return request.fail(closed())
    if (agent.framing instanceof SnmpError) return request.fail(agent.framing)
    const pending =
      this.#spare.pop()?.serve(agent, request, patience) ?? new Pending(agent, request, patience)
    if (patience.urgent) return this.#send(pending)
    agent.waiting.push(pending)
    this.#dispatch(agent)
  }

  /** For agents whose line is another, or another bandwidth was rented. */
  move(agent: Agent, line: Line | null): void {
    const before = agent.line
    agent.line = line ? this.#joined(line) : null
    if (before) this.#leave(before, agent)
    this.#dispatch(agent)
  }

  /** For agents that are closed. */
  forget(agent: Agent): void {
    agent.channel.forget(agent)
    if (agent.line) this.#leave(agent.line, agent)
    for (const pending of agent.waiting.splice(0)) pending.request.fail(closed())
    for (const pending of this.#pending.filter((one) => one.agent === agent)) this.#fail(pending, closed())
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#sweeper)
    this.#departures.cancel()
    const waiting = new Set(this.#pending.filter(() => true).map(({ agent }) => agent))
    for (const channel of [...this.#channels[4], ...this.#channels[6]])
      for (const agent of channel.close()) waiting.add(agent)
    for (const line of this.#lines.values()) for (const agent of line.close()) waiting.add(agent)
    for (const agent of waiting) agent.close()
  }

  /** For sockets. */
  receive(datagram: Buffer, from: RemoteInfo): void {
    this.counters.received++
    let pending: Pending | undefined
    try {
      this.#datagram.read(datagram)
      pending = this.#whose(this.#datagram, from)
      if (pending) this.#take(pending, this.#datagram)
    } catch (error) {
      if (error instanceof BerError) this.#garbled(error, from, pending)
      else throw error
    }
  }

  unreachable(peer: Peer, error: SnmpError): void {
    for (const pending of this.#waitingFor(peer)) this.#fail(pending, error)
  }

  socketError(): void {
    this.counters.socketErrors++
  }

  /** Sends what device, line and channel allow; leaves the agent waiting where one of them does not. */
  #dispatch(agent: Agent): void {
    while (agent.waiting.length > 0 && agent.underWay < this.#options.maxOutstandingPerPeer) {
      const { channel, line, isDoubtful } = agent
      if (line && line.waitMs() > 0) {
        agent.holdUp()
        return line.wait(agent)
      }
      if (line) agent.letGo()
      if (!channel.hasRoom(isDoubtful)) return channel.wait(agent, isDoubtful)
      const pending = agent.nextWaiting()!
      agent.underWay++
      pending.isCounted = true
      pending.isDoubtful = isDoubtful
      pending.holdsUntilMs = performance.now() + Math.max(holdMs, holdRoundTrips * agent.usualRttMs)
      channel.hold(isDoubtful)
      this.#send(pending)
    }
  }

  #send(pending: Pending): void {
    const { agent, request, patience } = pending
    if (pending.id === 0) {
      pending.id = this.#ids.next(this.#pending)
      this.#pending.add(pending)
    }
    const nowMs = performance.now()
    const datagram = this.#written(agent, request, pending.id | pending.attemptSent, nowMs)
    pending.datagram = datagram
    pending.deadlineMs = nowMs + patience.timeoutMs * backoff ** pending.attempt
    this.counters.sent++
    agent.counters.sent++
    if (agent.line) {
      pending.chargedOctets = request.replyOctets + headerOctets
      agent.line.spend(datagram.length + headerOctets + pending.chargedOctets)
    }
    if (patience.urgent) this.#transmit(pending)
    else this.#departures.add(pending)
    this.#sweeper ??= setTimeout(() => this.#sweep(), sweepMs)
  }

  #transmit(pending: Pending): void {
    const { agent, datagram } = pending
    if (!datagram) return
    pending.datagram = null
    pending.sentMs[pending.attemptSent] = performance.now()
    agent.channel.send(datagram, agent.peer, agent.isDoubtful || pending.attempt > 0)
  }

  #written({ framing }: Agent, request: Request, id: number, nowMs: number): Buffer {
    const writer = this.#writer
    writer.begin()
    request.writePdu(writer, id)
    return framing instanceof CommunityFraming
      ? framing.wrap(writer)
      : (framing as UsmPeer).wrap(writer, id, nowMs)
  }

  /** Whose reply this is; otherwise it is counted. */
  #whose(
    { id, version, octets, pduTag, communityAt, communityEnd }: Datagram,
    from: RemoteInfo,
  ): Pending | undefined {
    const pending = this.#pending.get(id & ~attemptBits)
    const attempt = id & attemptBits
    if (!pending || from.port !== pending.agent.peer.port || Number.isNaN(pending.sentMs[attempt]))
      return this.#stray()
    const { framing } = pending.agent
    const isOurs =
      framing instanceof CommunityFraming
        ? version === framing.versionNumber &&
          pduTag === tag.response &&
          framing.isCommunity(octets, communityAt, communityEnd)
        : version === 3
    if (!isOurs) return this.#stray()
    if (pending.agent.mayAnswerFrom(from.address)) return pending
    this.counters.foreign++
    return undefined
  }

  #stray(): undefined {
    this.counters.strays++
  }

  #take(pending: Pending, reply: Datagram): void {
    const { agent, request } = pending
    const nowMs = performance.now()
    const attempt = reply.id & attemptBits
    reply.rttMs = nowMs - pending.sentMs[attempt]!
    try {
      if (agent.framing instanceof UsmPeer && !this.#unwrap(pending, agent.framing, reply, nowMs)) return
      request.read(reply)
    } catch (error) {
      if (error instanceof SnmpError) return this.#fail(pending, error)
      throw error
    }
    agent.answered(reply.rttMs)
    agent.channel.answered(attempt)
    agent.line?.spend(reply.octets.length + headerOctets - pending.chargedOctets)
    this.#settle(pending)
    request.proceed()
  }

  /** False when this was no answer: a report, after which one asks again or gives up, or a forgery. */
  #unwrap(pending: Pending, usm: UsmPeer, reply: Datagram, nowMs: number): boolean {
    const { id } = reply
    const unwrapped = this.#unwrapped(pending, usm, reply.octets, nowMs)
    if (!unwrapped) return false
    if (unwrapped.kind === 'pdu') {
      reply.readPdu(unwrapped.octets, unwrapped.start, unwrapped.end)
      if (reply.id !== id) throw new BerError('the request-id inside is another than that outside')
      return true
    }
    pending.agent.answered(reply.rttMs)
    if (unwrapped.again && pending.reports < maxReports) {
      pending.reports++
      this.#renew(pending)
      this.#send(pending)
    } else this.#fail(pending, unwrapped.error)
    return false
  }

  #unwrapped(pending: Pending, usm: UsmPeer, octets: Buffer, nowMs: number): Unwrapped | null {
    try {
      return usm.unwrap(octets, nowMs)
    } catch (error) {
      if (!(error instanceof SnmpError)) throw error
      this.counters.malformed++
      pending.agent.counters.malformed++
      pending.garbled = error
      return null
    }
  }

  /** Another request-id: what was sent before may no longer be answered. */
  #renew(pending: Pending): void {
    this.#pending.delete(pending.id)
    pending.forgetId()
  }

  #sweep(): void {
    const nowMs = performance.now()
    this.#sought = 0
    this.#sweeper = undefined
    const isDue = ({ holdsUntilMs, deadlineMs }: Pending) => nowMs >= Math.min(holdsUntilMs, deadlineMs)
    for (const pending of this.#pending.filter(isDue)) {
      // what one of them brings about may end another, whose object then serves a new request
      if (nowMs >= pending.holdsUntilMs) this.#release(pending)
      if (nowMs >= pending.deadlineMs) this.#timeOut(pending, nowMs)
    }
    if (this.#pending.size > 0) this.#sweeper ??= setTimeout(() => this.#sweep(), sweepMs)
  }

  /** A retry waits for its line, though for no window. */
  #timeOut(pending: Pending, nowMs: number): void {
    const { agent, request, patience } = pending
    this.#release(pending)
    agent.line?.spend(-pending.chargedOctets)
    pending.chargedOctets = 0
    if (pending.attempt >= patience.retries) return this.#giveUp(pending)
    const waitMs = patience.urgent ? 0 : (agent.line?.waitMs() ?? 0)
    if (waitMs > 0) {
      pending.deadlineMs = nowMs + waitMs
      return
    }
    pending.attempt++
    this.counters.retried++
    agent.counters.retried++
    if (request.retry?.(pending.attempt === patience.retries)) this.#renew(pending)
    this.#send(pending)
  }

  #giveUp(pending: Pending): void {
    const { agent, attempt } = pending
    const garbled = pending.garbled ?? (agent.framing instanceof UsmPeer ? agent.framing.silence() : null)
    this.counters.timedOut++
    agent.counters.timedOut++
    agent.fellSilent()
    if (garbled instanceof SnmpError) this.#fail(pending, garbled)
    else if (garbled) {
      const text = `${agent.name} answers, but not in SNMP: ${garbled.message}`
      this.#fail(pending, new SnmpError('malformed', text, { cause: garbled }))
    } else {
      const tries = attempt === 0 ? '1 request' : `${attempt + 1} requests`
      this.#fail(pending, new SnmpError('timeout', `${agent.name} gave no answer to ${tries}`))
    }
  }

  /** Nonsense is told to whoever waits for sense from there, in case nothing better comes. */
  #garbled(error: BerError, from: Peer, pending: Pending | undefined): void {
    this.counters.malformed++
    const about = pending ? [pending] : this.#sought++ < mostSought ? this.#waitingFor(from) : []
    for (const one of about) {
      one.garbled = error
      one.agent.counters.malformed++
    }
  }

  #waitingFor({ address, port }: Peer): Pending[] {
    return this.#pending.filter(({ agent: { peer } }) => peer.port === port && peer.address === address)
  }

  #fail(pending: Pending, error: SnmpError): void {
    if (this.#pending.get(pending.id) !== pending) return // it ended meanwhile
    const { request } = pending
    this.#settle(pending)
    request.fail(error)
  }

  #settle(pending: Pending): void {
    const { agent } = pending
    this.#pending.delete(pending.id)
    if (pending.isCounted) agent.underWay--
    pending.isCounted = false
    pending.deadlineMs = Infinity
    this.#release(pending)
    if (this.#spare.length < mostSpare) this.#spare.push(pending)
    if (!this.#closed) this.#dispatch(agent)
  }

  /** It holds up nobody any more; those who wait have their turn. */
  #release(pending: Pending): void {
    if (pending.holdsUntilMs === Infinity) return
    pending.holdsUntilMs = Infinity
    const { channel } = pending.agent
    channel.release(pending.isDoubtful)
    if (this.#closed) return
    for (let next = channel.next(); next; next = channel.next()) this.#dispatch(next)
  }

  #channel(family: 4 | 6): Channel {
    const channels = this.#channels[family]
    const { sockets, maxOutstanding } = this.#options
    const at = this.#agents++ % sockets
    return (channels[at] ??= new Channel(family, this, Math.max(1, Math.ceil(maxOutstanding / sockets))))
  }

  /** The line with one agent more. */
  #joined({ id, bps }: Line): LineQueue {
    const line =
      this.#lines.get(id) ?? new LineQueue(id, bps, () => performance.now(), (agent) => this.#dispatch(agent)) // prettier-ignore
    this.#lines.set(id, line)
    line.setBps(bps)
    line.agents++
    return line
  }

  #leave(line: LineQueue, agent: Agent): void {
    line.agents--
    if (agent.line !== line || agent.isClosed) line.forget(agent)
    if (line.agents === 0) this.#lines.delete(line.id)
  }
}

function impossible({ address, port }: Peer, family: 4 | 6 | null): SnmpError | null {
  if (!family) return new SnmpError('unreachable', `${address} is no IP address`)
  const isPort = Number.isInteger(port) && port > 0 && port < 65_536
  return isPort ? null : new SnmpError('unreachable', `${port} is no port`)
}

const closed = () => new SnmpError('closed', 'the SNMP engine is closed')
