/** What people are told of a ticket or an article by name: on the console, and by mail or short message as each prefers. */
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import { deliveriesTo } from './deliveries.ts'
import { loadAddresses, type Addresses } from './directory.ts'
import type { articleEvents, NotifyMessage, TicketEvent } from './message.ts'
import { recipientsNamed, type People } from './recipients.ts'
import * as store from './store.ts'

export interface TicketNotice {
  event: TicketEvent
  ticket: { id: string; number: string; title: string; regionId: string; openedMs: number }
  severity: Severity
  /** In the words of whoever caused it; may be blank. */
  text: string
  userIds: readonly string[]
}

/** As of a ticket, but of an article. */
export type ArticleNotice = Omit<TicketNotice, 'event' | 'ticket'> & {
  event: (typeof articleEvents)[number]
  article: TicketNotice['ticket']
}

export type PersonalNotice = TicketNotice | ArticleNotice

const matterOf = (notice: PersonalNotice) => ('ticket' in notice ? notice.ticket : notice.article)

interface Deps {
  people: Pick<People, 'contactsOf'>
  regionsNamed: (ids: string[], db: Db) => Promise<Map<string, { name: string; path: string }>>
  timeZone: string
}

const textAtMost = 500

/** Of each transaction once: what happens in it may concern hundreds. */
const directories = new WeakMap<Db, Promise<Addresses>>()

function directoryOf(tx: Db): Promise<Addresses> {
  const known = directories.get(tx) ?? loadAddresses(tx)
  directories.set(tx, known)
  return known
}

/** Within the caller's transaction; answers whether there is anything to send. */
export async function tellPeople(
  tx: Db,
  notices: readonly PersonalNotice[],
  nowMs: number,
  { people, regionsNamed, timeZone }: Deps,
): Promise<boolean> {
  const told = notices.filter(({ userIds }) => userIds.length > 0)
  if (told.length === 0) return false
  const directory = await directoryOf(tx)
  const regions = await regionsNamed([...new Set(told.map((notice) => matterOf(notice).regionId))], tx)
  for (const notice of told) {
    const { regionId } = matterOf(notice)
    const region = regions.get(regionId) ?? { name: '', path: '' }
    const { severity } = notice
    const matter = { tx, directory, people, regionPaths: [region.path], severity, nowMs, timeZone }
    const recipients = await recipientsNamed(notice.userIds, matter)
    const message = messageOf(notice, region.name)
    await store.insertDeliveries(tx, deliveriesTo(recipients, { threadId: null, regionId, message, nowMs }))
  }
  return true
}

function messageOf(notice: PersonalNotice, region: string): NotifyMessage {
  const { id, number, title, openedMs } = matterOf(notice)
  const isOfTicket = 'ticket' in notice
  return {
    event: notice.event,
    severity: notice.severity,
    title,
    region,
    sinceMs: openedMs,
    untilMs: null,
    cause: notice.text.slice(0, textAtMost).toWellFormed(),
    cutOff: { count: 0, names: [] },
    nextStep: '',
    carriers: [],
    alarmId: null,
    ticket: isOfTicket ? { id, number } : null,
    ...(!isOfTicket && { article: { id, number } }),
  }
}
