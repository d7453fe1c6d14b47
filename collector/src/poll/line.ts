import type { SnmpCredential, Target } from '../contract.ts'
import type { SnmpEngine } from '../snmp/engine.ts'
import type { Manners } from '../snmp/manners.ts'
import { sessionOf } from '../snmp/open.ts'
import type { Patience } from '../snmp/request.ts'
import type { SnmpReader } from '../snmp/session.ts'
import type { TableCells, TableQuestion, TableReading } from '../snmp/table.ts'

/** Is it there? Three tries within 5 s, the last of them for the least; a device that answers more slowly is as good as silent. */
const quick: Patience = { timeoutMs: 900, retries: 2 }
/** For walks, which are heavy for a device. */
const ample: Patience = { timeoutMs: 2500, retries: 2 }

/** How a device is asked. */
export interface DeviceLine {
  /** Throws SnmpError. */
  readTable(question: TableQuestion, into: TableCells): Promise<TableReading>
  /** Walks and single objects. */
  reader: SnmpReader
  /** Its line, or the addresses that may answer for it, are others now. */
  setWay(target: Pick<Target, 'line' | 'answersFrom'>): void
  /** As its discovery knows it. */
  setManners(manners: Manners): void
  /** How long requests have waited, in all, since its line had nothing left for monitoring. */
  readonly heldMs: number
  close(): void
}

/** Over the engine that all devices share. */
export function openLine(
  engine: SnmpEngine,
  { address, port, line = null, answersFrom = [] }: Pick<Target, 'address' | 'port' | 'line' | 'answersFrom'>,
  credential: SnmpCredential,
  onForeignReply: (address: string) => void,
  patience: Patience = quick,
): DeviceLine {
  const peer = { address, port }
  const agent = engine.agent({ peer, credential, line, answersFrom, patience, onForeignReply })
  const reader = sessionOf(agent, ample)
  return {
    readTable: (question, into) => agent.readTable(question, into),
    reader,
    setWay: (way) => agent.setWay(way),
    setManners: (manners) => {
      agent.setManners(manners)
      reader.setManners(manners)
    },
    get heldMs() {
      return agent.heldMs
    },
    close: () => agent.close(),
  }
}
