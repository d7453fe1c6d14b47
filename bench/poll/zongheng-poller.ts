/** Reads all devices with our engine, round after round, and prints what it read: `zongheng-poller.ts '{"devices":500,…}'`. */
import { tableCells, tableColumns, type TableCells } from '../../collector/src/snmp/table.ts'
import { SnmpEngine } from '../../collector/src/snmp/engine.ts'
import type { Agent } from '../../collector/src/snmp/agent.ts'
import type { SnmpCredential } from '../../collector/src/contract.ts'
import type { Peer } from '../../collector/src/snmp/transport.ts'
import { polledColumns, polledRows } from './columns.ts'

export interface PollerTask {
  peers: Peer[]
  credential: SnmpCredential
  rounds: number
  /** Devices at once. */
  width: number
}

const question = {
  scalars: [],
  columns: tableColumns(polledColumns),
  rows: Uint32Array.from({ length: polledRows }, (_, i) => i + 1),
}

const task = JSON.parse(process.argv[2] ?? '') as PollerTask
const engine = new SnmpEngine()
const agents = task.peers.map((peer) => engine.agent({ peer, credential: task.credential }))
let varbinds = 0
let requests = 0
let failed = 0
const startedMs = performance.now()
await Promise.all(Array.from({ length: task.width }, (_, at) => worker(at)))
const wallS = (performance.now() - startedMs) / 1000
engine.close()
console.log(
  JSON.stringify({ varbinds, requests, failed, wall_s: wallS, rss_mib: process.resourceUsage().maxRSS / 1024, ...engine.counters }), // prettier-ignore
)

async function worker(at: number): Promise<void> {
  const cells = tableCells(question)
  for (let round = 0; round < task.rounds; round++)
    for (let i = at; i < agents.length; i += task.width) await read(agents[i]!, cells)
}

async function read(agent: Agent, cells: TableCells): Promise<void> {
  try {
    const reading = await agent.readTable(question, cells)
    requests += reading.requests
    for (const tag of cells.tag) if (tag > 0) varbinds++
  } catch (error) {
    failed++
    process.stderr.write(`${(error as Error).message}\n`)
  }
}
