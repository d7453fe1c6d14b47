import { build } from '../peers/build.ts'
import { runPoller } from './child.ts'
import type { Bench, Turns } from './row.ts'

const rounds = 60
const window = 100
/** Rows in one GETBULK of 14 columns: what a frame holds. */
const rows = 4

/** net-snmp's C library with its asynchronous API: the same devices, columns and rows. */
export function libsnmp({ folder, devices, pollerCore, simulator: { port } }: Bench): Turns {
  const program = build('libsnmp-async', folder)
  const args = [devices, rounds, window, rows, port].map(String)
  return { run: () => runPoller(pollerCore, program, args) }
}
