import { join } from 'node:path'
import type { Fact, LogEntry, Target } from '../contract.ts'
import type { SealingKeys } from '../seal.ts'
import { Drops } from './drops.ts'
import type { AskedDepth } from './mib/notifications.ts'
import { Outbox } from './outbox.ts'
import { openOwnEngine } from './own-engine.ts'
import { firstOf, portFault, type ListenOptions, type PortChoice } from './ports.ts'
import { SourceLimits, usualRates, type SourceRates } from './rates.ts'
import { Senders } from './senders.ts'
import { openSyslogStream } from './syslog-stream.ts'
import { syslogEntry } from './syslog.ts'
import { TrapReceiver } from './trap-receiver.ts'
import { openUdp, type UdpPort } from './udp.ts'
import { UsmReceiver } from './usm-receiver.ts'

/** What keeps it from hearing. */
export type ListenFault = 'trap-port' | 'syslog-port' | 'log-flood'

export interface ListeningParts {
  dataFolder: string
  keys: SealingKeys
  options: ListenOptions
  now: () => number
  onFact: (fact: Fact) => void
  /** Something happened at this device: it is to be looked at now. */
  onPoll: (deviceId: string, depth: AskedDepth) => void
  /** Something was said of this port. */
  onPort?: (interfaceId: string) => void
  /** The port that a device's ifIndex means: its name, and its id when the assignment has it. */
  portOf?: (deviceId: string, ifIndex: number) => Promise<{ ifName: string; id: string | null } | null>
  /** `forMs`: it is shown for so long. */
  onFault: (code: ListenFault, text: string, forMs?: number) => void
  onError: (error: Error, doing: string) => void
  rates?: SourceRates
}

const floodShownMs = 10 * 60_000

/** Traps, informs and syslog: heard, told to the server, and the device they name polled. */
export class Listening {
  readonly senders: Senders
  readonly drops = new Drops()
  /** The ports that were had. */
  readonly ports: { trap?: number; syslog?: number; syslogTls?: number } = {}
  readonly #parts: ListeningParts
  readonly #limits: SourceLimits
  readonly #outbox: Outbox
  readonly #open: { close: () => Promise<void> }[] = []
  #traps: TrapReceiver | undefined
  #trapPort: UdpPort | undefined

  private constructor(parts: ListeningParts) {
    this.#parts = parts
    const { keys, now, onFact, onError, rates = usualRates } = parts
    this.senders = new Senders(keys, (error) => onError(error, 'credential'))
    this.#limits = new SourceLimits(rates, now())
    this.#outbox = new Outbox({ onFact, drops: this.drops, now, complete: (entry) => this.#complete(entry) })
  }

  static async open(parts: ListeningParts): Promise<Listening> {
    const listening = new Listening(parts)
    await listening.#openTraps()
    await listening.#openSyslog()
    listening.#outbox.start()
    return listening
  }

  set(target: Pick<Target, 'deviceId' | 'address' | 'answersFrom' | 'snmp'>): void {
    this.senders.set(target)
  }

  delete(deviceId: string): void {
    this.senders.delete(deviceId)
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((one) => one.close()))
    await this.#outbox.close()
  }

  // ---- opening ------------------------------------------------------------------------

  async #openTraps(): Promise<void> {
    const { dataFolder, options, onError } = this.#parts
    if (!options.trapPorts) return
    const own = await openOwnEngine(join(dataFolder, 'engine.json'))
    this.#traps = new TrapReceiver(this.senders, new UsmReceiver(own, (name) => this.senders.usersOf(name)))
    const udp = await this.#first('trap-port', 'traps', 'ZONGHENG_TRAP_PORTS', options.trapPorts, (port) =>
      openUdp(
        { ...hostOf(options), port },
        (datagram, from) => this.#takeTrap(datagram, from),
        (error) => onError(error, 'traps'),
      ),
    )
    this.#trapPort = udp?.on
    if (udp) this.ports.trap = udp.port
  }

  async #openSyslog(): Promise<void> {
    const { options, onError } = this.#parts
    const onMessage = (octets: Buffer, address: string) => this.#takeSyslog(octets, address)
    const failed = (error: Error) => onError(error, 'syslog')
    const at = hostOf(options)
    if (options.syslogPorts) {
      const opened = await this.#first(
        'syslog-port',
        'syslog messages',
        'ZONGHENG_SYSLOG_PORTS',
        options.syslogPorts,
        async (port) => {
          const udp = await openUdp(
            { ...at, port },
            (octets, from) => onMessage(octets, from.address),
            failed,
          )
          try {
            const tcp = await openSyslogStream({ ...at, port: udp.port, onMessage, onError: failed })
            return {
              on: { close: async () => void (await Promise.all([udp.on.close(), tcp.on.close()])) },
              port: udp.port,
            }
          } catch (error) {
            await udp.on.close()
            throw error
          }
        },
      )
      if (opened) this.ports.syslog = opened.port
    }
    if (options.syslogTls) {
      const { ports, cert, key } = options.syslogTls
      const tls = await this.#first(
        'syslog-port',
        'syslog messages over TLS',
        'ZONGHENG_SYSLOG_TLS_PORTS',
        ports,
        (port) => openSyslogStream({ ...at, port, tls: { cert, key }, onMessage, onError: failed }),
      )
      if (tls) this.ports.syslogTls = tls.port
    }
  }

  async #first<T extends { close: () => Promise<void> }>(
    code: 'trap-port' | 'syslog-port',
    what: string,
    option: string,
    ports: PortChoice,
    open: (port: number) => Promise<{ on: T; port: number }>,
  ): Promise<{ on: T; port: number } | null> {
    const { had, refused } = await firstOf(ports, open)
    const fault = portFault(what, option, had?.port ?? null, refused)
    if (fault) this.#parts.onFault(code, fault)
    if (had) this.#open.push(had.on)
    return had
  }

  // ---- taking -------------------------------------------------------------------------

  #takeTrap(datagram: Buffer, from: { address: string; port: number }): void {
    const atMs = this.#parts.now()
    const { address } = from
    if (!this.#limits.admits(address, atMs)) return this.#drop(address, 'trap', 'rate')
    const outcome = this.#traps!.receive(datagram, { atMs, address })
    if (outcome.kind === 'dropped') return this.#drop(address, 'trap', outcome.reason)
    if (outcome.reply) this.#trapPort?.send(outcome.reply, from)
    if (outcome.kind === 'reply') return
    const { entry, poll } = outcome
    if (poll && entry.deviceId) this.#parts.onPoll(entry.deviceId, poll)
    this.#outbox.add(entry)
  }

  #takeSyslog(octets: Buffer, address: string): void {
    const atMs = this.#parts.now()
    if (!this.#limits.admits(address, atMs)) return this.#drop(address, 'syslog', 'rate')
    const entry = syslogEntry(octets, { atMs, address })
    if (entry.text === '' && entry.name === 'syslog') return this.#drop(address, 'syslog', 'malformed')
    this.#outbox.add({ ...entry, deviceId: this.senders.deviceAt(address) })
  }

  #drop(address: string, kind: LogEntry['kind'], reason: 'rate' | 'malformed' | 'unauthentic'): void {
    this.drops.count(address, kind, reason)
    if (reason === 'rate')
      this.#parts.onFault(
        'log-flood',
        `${address} sends more than is taken of one source: what is beyond is counted and dropped`,
        floodShownMs,
      )
  }

  async #complete(entry: LogEntry): Promise<LogEntry> {
    const port = await this.#portOf(entry)
    if (!port) return entry
    if (port.id) this.#parts.onPort?.(port.id)
    const { text, values } = entry
    return {
      ...entry,
      text: text.includes(port.ifName) ? text : `${port.ifName} ${text}`,
      values: { ...values, port: port.ifName, ...(port.id ? { interfaceId: port.id } : {}) },
    }
  }

  /** Which of our ports an ifIndex is, by the last discovery; null when nobody knows. */
  async #portOf({ deviceId, values }: LogEntry): Promise<{ ifName: string; id: string | null } | null> {
    const { portOf, onError } = this.#parts
    if (!portOf || !deviceId || typeof values.ifIndex !== 'number') return null
    try {
      return await portOf(deviceId, values.ifIndex)
    } catch (error) {
      onError(error as Error, 'port of a trap')
      return null
    }
  }
}

const hostOf = ({ host }: ListenOptions) => (host === undefined ? {} : { host })
