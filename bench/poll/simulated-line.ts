import { viewOf } from '../../collector/simulator/mib/agent.ts'
import type { Value } from '../../collector/simulator/mib/value.ts'
import type { MibView } from '../../collector/simulator/mib/view.ts'
import { decodeRequest } from '../../collector/simulator/message.ts'
import { respond } from '../../collector/simulator/respond.ts'
import type { DeviceState } from '../../collector/simulator/world/device.ts'
import type { Counts } from '../../collector/simulator/world/port.ts'
import type { DeviceLine } from '../../collector/src/poll/line.ts'
import { parseOid } from '../../collector/src/snmp/ber.ts'
import { hashOf } from '../../collector/src/snmp/cell.ts'
import { SnmpError } from '../../collector/src/snmp/error.ts'
import { decodeMessage, encodeMessage } from '../../collector/src/snmp/message.ts'
import type { Answer, Question } from '../../collector/src/snmp/exchange.ts'
import { SnmpSession } from '../../collector/src/snmp/session.ts'
import type { Cells, TableCells, TableQuestion, TableReading } from '../../collector/src/snmp/table.ts'

/** Counters as they stood when they were first and last read since a start of the device. */
export interface CountedSpan {
  bootedMs: number
  first: Counts[]
  last: Counts[]
}

/** A simulated device at the end of no wire at all: time is what the test says. Keeps what the device truly counted. */
export class SimulatedLine implements DeviceLine {
  readonly heldMs = 0
  readonly device: DeviceState
  readonly spans: CountedSpan[] = []
  /** The next question goes unanswered. */
  isLost = false
  readonly reader: SnmpSession
  readonly #view: MibView
  readonly #version: '1' | '2c'
  readonly #now: () => number

  constructor(device: DeviceState, version: '1' | '2c', now: () => number) {
    this.device = device
    this.#version = version
    this.#now = now
    this.#view = viewOf(device)
    this.reader = new SnmpSession(async (question) => this.#answer(question), { bulk: version !== '1' })
  }

  setWay(): void {}

  setManners(): void {}

  close(): void {}

  async readTable({ scalars, columns, rows }: TableQuestion, into: TableCells): Promise<TableReading> {
    for (const cells of [into, into.scalars]) cells.tag.fill(0)
    this.#listen()
    const atMs = this.#now()
    scalars.forEach((oid, i) => put(into.scalars, i, this.#view.get(parseOid(oid), atMs)))
    for (const [column, prefix] of columns.oids.map(parseOid).entries())
      for (const [row, index] of rows.entries())
        put(into, column * rows.length + row, this.#view.get([...prefix, index], atMs))
    if (columns.oids.length > 3) this.#note(atMs)
    return { rttMs: 1, requests: 1 }
  }

  #listen(): void {
    const silent = this.isLost || !this.device.up
    this.isLost = false
    if (silent) throw new SnmpError('timeout', 'no answer')
  }

  #note(atMs: number): void {
    const { bootedMs, ports } = this.device
    const now = ports.map((port) => port.counts(atMs))
    const span = this.spans.at(-1)
    if (span?.bootedMs === bootedMs) span.last = now
    else this.spans.push({ bootedMs, first: now, last: now })
  }

  #answer({ type, oids, ...more }: Question): Answer {
    this.#listen()
    const asked = encodeMessage({
      version: this.#version,
      community: 'public',
      type,
      requestId: 1,
      errorStatus: 0,
      errorIndex: 'maxRepetitions' in more ? more.maxRepetitions : 0,
      varBinds: oids.map((oid) => ({ oid, value: { type: 'null', value: null } })),
    })
    const answer = respond(decodeRequest(asked), this.#view, this.#now())
    if (!answer) throw new SnmpError('timeout', 'no answer')
    return { ...decodeMessage(answer), rttMs: 1 }
  }
}

function put(cells: Cells, cell: number, value: Value | string): void {
  cells.tag[cell] = typeof value === 'string' ? 0 : value.tag
  if (typeof value === 'string') return
  const { content } = value
  const number = typeof content === 'number' ? content : hashOf(Buffer.from(content))
  cells.hi[cell] = typeof content === 'number' ? Math.floor(number / 2 ** 32) : content.length
  cells.lo[cell] = number % 2 ** 32
}
