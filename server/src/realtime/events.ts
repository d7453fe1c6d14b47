/** What the server pushes to a signed-in console, namespace `/`. A socket joins its grants' root regions. */
import type { Alarm, AlarmCounts } from '../alarms/schema.ts'
import type { Present } from '../desk/presence.ts'
import type { Ticket } from '../desk/schema.ts'
import type { Link } from '../estate/schema.ts'
import type { HotlineCall } from '../hotline/schema.ts'
import type { Notice } from '../notify/schema.ts'

export interface ServerToConsole {
  /** A link whose state, circuits or ticket changed, whole. */
  link: (link: Link) => void
  /** Latest rates and probe readings of circuits, every 10 s, only those that changed. */
  readings: (readings: CircuitReading[]) => void
  device: (change: { id: string; state: string; since: number }) => void
  check: (change: { id: string; state: string; since: number }) => void
  service: (change: { id: string; state: string; since: number }) => void
  room: (change: { id: string; state: string; since: number }) => void
  site: (change: { id: string; state: string; since: number }) => void
  alarm: (alarm: Alarm) => void
  alarmCounts: (counts: AlarmCounts) => void
  ticket: (ticket: Ticket) => void
  /** Of the hotline, to those who take calls of its region; the screen it rings for pops up. */
  call: (call: HotlineCall) => void
  /** Who has the ticket open that one watches, oneself included, and who of them is writing. */
  ticketPresence: (change: { ticketId: string; people: Present[] }) => void
  /** For the bell. */
  notice: (notice: Notice) => void
  /** Traps or syslog of one's regions came: whoever shows them reads them anew. At most one a second. */
  logs: (change: { regionIds: string[] }) => void
  /** A device's poll was committed: its page reads it anew. */
  polled: (change: { deviceId: string; at: number }) => void
  job: (change: { id: string; state: string }) => void
  /** The session ended on the server: sign in again. */
  signedOut: () => void
}

export interface CircuitReading {
  linkId: string
  circuitId: string
  inBps: number | null
  outBps: number | null
  rttMs: number | null
  lossPercent: number | null
  jitterMs: number | null
}

export interface ConsoleToServer {
  /** Follow one device's polls. */
  watchDevice: (deviceId: string | null) => void
  /** One has this ticket open, and no other; null: none any more. */
  watchTicket: (ticketId: string | null) => void
  /** Of the ticket one has open. */
  writeTicket: (writing: { ticketId: string; isWriting: boolean }) => void
}
