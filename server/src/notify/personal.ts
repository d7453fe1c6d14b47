/** What people are told of a ticket by name: on the console, and by mail or short message as each prefers. */
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import { deliveriesTo } from './deliveries.ts'
import { loadDirectory, type Directory } from './directory.ts'
import type { NotifyMessage, TicketEvent } from './message.ts'
import { recipientsOf, type People } from './recipients.ts'
import * as store from './store.ts'

export interface TicketNotice {
  event: TicketEvent
  ticket: { id: string; number: string; title: string; regionId: string; openedMs: number }
  severity: Severity
  /** In the words of whoever caused it; may be blank. */
  text: string
  userIds: readonly string[]
}

interface Deps {
  people: People
  regionsNamed: (ids: string[], db: Db) => Promise<Map<string, { name: string; path: string }>>
  timeZone: string
}

const textAtMost = 500

/** Of each transaction once: what happens in it may concern hundreds. */
const directories = new WeakMap<Db, Promise<Directory>>()

function directoryOf(tx: Db, nowMs: number): Promise<Directory> {
  const known = directories.get(tx) ?? loadDirectory(tx, nowMs)
  directories.set(tx, known)
  return known
}

/** Within the caller's transaction; answers whether there is anything to send. */
export async function tellPeople(
  tx: Db,
  notices: readonly TicketNotice[],
  nowMs: number,
  { people, regionsNamed, timeZone }: Deps,
): Promise<boolean> {
  const told = notices.filter(({ userIds }) => userIds.length > 0)
  if (told.length === 0) return false
  const directory = await directoryOf(tx, nowMs)
  const regions = await regionsNamed([...new Set(told.map(({ ticket }) => ticket.regionId))], tx)
  for (const notice of told) {
    const { regionId } = notice.ticket
    const region = regions.get(regionId) ?? { name: '', path: '' }
    const { severity } = notice
    const targets = notice.userIds.map((userId) => ({ kind: 'person', userId }) as const)
    const situation = { tx, directory, people, regionPaths: [region.path], teamPath: region.path, severity, nowMs, timeZone } // prettier-ignore
    const recipients = await recipientsOf(targets, situation)
    const message = messageOf(notice, region.name)
    await store.insertDeliveries(tx, deliveriesTo(recipients, { threadId: null, regionId, message, nowMs }))
  }
  return true
}

const messageOf = ({ event, ticket, severity, text }: TicketNotice, region: string): NotifyMessage => ({
  event,
  severity,
  title: ticket.title,
  region,
  sinceMs: ticket.openedMs,
  untilMs: null,
  cause: text.slice(0, textAtMost).toWellFormed(),
  cutOff: { count: 0, names: [] },
  nextStep: '',
  carriers: [],
  alarmId: null,
  ticket: { id: ticket.id, number: ticket.number },
})
