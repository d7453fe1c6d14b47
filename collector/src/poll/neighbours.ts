/** What a router says of its routing neighbours across circuits. */
import { neighbourCode, type RoutingProtocol } from '@zongheng/inventory/neighbour.ts'
import type { Target } from '../contract.ts'
import type { Recorder } from '../recorder.ts'
import { SnmpError, type SnmpReader } from '../snmp/session.ts'

export type Neighbour = NonNullable<Target['neighbours']>[number]

/** Both are indexed by the neighbour's address; ospfNbrState also by ospfNbrAddressLessIndex, 0 where it has an address. */
const tables: Record<RoutingProtocol, { column: string; after: string }> = {
  ospf: { column: '1.3.6.1.2.1.14.10.1.6', after: '.0' }, // ospfNbrState [RFC 4750]
  bgp: { column: '1.3.6.1.2.1.15.3.1.2', after: '' }, // bgpPeerState [RFC 4273]
}
/** A router with more is a hub of something else than the circuits we were told of. */
const mostRows = 64
const lookAgainMs = 30 * 60_000

interface Found {
  circuitId: string
  protocol: RoutingProtocol
  oid: string
}

/**
 * Looks for the neighbours once in a while, and reads those it found with every poll. What was never there is no fault; what was
 * there and is gone is told as gone, since a dead OSPF neighbour leaves the table.
 */
export class NeighbourPoll {
  readonly #now: () => number
  #wanted: readonly Neighbour[] = []
  #found: Found[] = []
  #lookedMs = -Infinity

  constructor(now: () => number) {
    this.#now = now
  }

  /** Throws SnmpError. */
  async poll(
    wanted: readonly Neighbour[],
    { reader, recorder, atMs }: { reader: SnmpReader; recorder: Recorder; atMs: number },
  ): Promise<void> {
    if (wanted.length === 0) return
    const isOther = JSON.stringify(wanted) !== JSON.stringify(this.#wanted)
    if (isOther || this.#now() - this.#lookedMs > lookAgainMs) await this.#look(wanted, reader)
    if (this.#found.length === 0) return
    const values = await reader.get(this.#found.map(({ oid }) => oid))
    for (const [circuitId, rows] of Map.groupBy(this.#found, (one) => one.circuitId)) {
      const codes = rows.map(({ protocol, oid }) => {
        const value = Number(values.get(oid)?.value ?? 0)
        return { protocol, state: value, code: neighbourCode(protocol, value) }
      })
      // a line may be routed by both for a while, when one protocol replaces the other: the one that is there speaks
      const there = codes.toSorted((a, b) => b.state - a.state)[0]!
      recorder.sample('neighbourState', circuitId, atMs, there.code)
    }
  }

  async #look(wanted: readonly Neighbour[], reader: SnmpReader): Promise<void> {
    this.#wanted = wanted
    this.#lookedMs = this.#now() // before: a device that cannot tell is not asked with every poll
    const kept = new Map(this.#found.map((one) => [`${one.circuitId} ${one.oid}`, one]))
    const circuits = new Set(wanted.map(({ circuitId }) => circuitId))
    for (const [key, { circuitId }] of kept) if (!circuits.has(circuitId)) kept.delete(key)
    for (const protocol of Object.keys(tables) as RoutingProtocol[]) {
      for (const address of await addressesIn(protocol, reader)) {
        const circuitId = wanted.find((one) => isAcross(one, address))?.circuitId
        const oid = `${tables[protocol].column}.${address}${tables[protocol].after}`
        if (circuitId) kept.set(`${circuitId} ${oid}`, { circuitId, protocol, oid })
      }
    }
    this.#found = [...kept.values()]
  }
}

/** A table that is longer than we read is not ours to read; nor one that the device refuses. */
async function addressesIn(protocol: RoutingProtocol, reader: SnmpReader): Promise<string[]> {
  const { column, after } = tables[protocol]
  try {
    const rows = await reader.walk(column, { maxRows: mostRows })
    return rows
      .map(({ oid }) => oid.slice(column.length + 1))
      .filter((index) => index.endsWith(after) && index.split('.').length === (after ? 5 : 4))
      .map((index) => index.slice(0, index.length - after.length))
  } catch (error) {
    if (error instanceof SnmpError && error.code === 'tooManyRows') return []
    throw error
  }
}

/** The neighbour has the very address, or one of the same small network of a point-to-point line. */
function isAcross({ address, prefix }: Neighbour, other: string): boolean {
  if (address === other) return true
  if (prefix === 32) return false
  const [a, b] = [bitsOf(address), bitsOf(other)]
  return a !== null && b !== null && a >>> (32 - prefix) === b >>> (32 - prefix)
}

function bitsOf(address: string): number | null {
  const parts = address.split('.').map(Number)
  const isAddress =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
  return isAddress ? parts.reduce((bits, part) => (bits << 8) | part, 0) >>> 0 : null
}
