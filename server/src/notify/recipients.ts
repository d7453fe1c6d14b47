/** From a step's targets to addresses: who, by which channel, and whether now. */
import type { Severity } from '@zongheng/inventory/severity.ts'
import type { Db } from '../db/database.ts'
import { channelFacts } from './channel.ts'
import { channelFor, onDuty, type Addresses, type Directory } from './directory.ts'
import { dispose } from './preference.ts'
import type { NotifyTarget } from './route.ts'

/** Somebody told by one channel. `channelId` null: the console; there `userId` null is everyone whose regions cover it. */
export interface Recipient {
  channelId: string | null
  userId: string | null
  address: string
  /** Not before; null: at once. */
  heldUntilMs: number | null
}

/** What identity knows of people. */
export interface People {
  contactsOf(
    userIds: string[],
    db: Db,
  ): Promise<Map<string, { name: string; email: string | null; phone: string | null }>>
  membersOf(teamIds: string[], db: Db): Promise<{ teamId: string; userId: string }[]>
  teamFor(regionId: string, name: '网络组', db: Db): Promise<{ id: string; name: string } | undefined>
}

/** What it takes to tell people by name. */
export interface Matter {
  tx: Db
  directory: Addresses
  people: Pick<People, 'contactsOf'>
  regionPaths: string[]
  severity: Severity
  nowMs: number
  timeZone: string
}

export interface Situation extends Matter {
  directory: Directory
  people: People
  /** Of the region whose team works on it. */
  teamPath: string
}

export const keyOf = ({ channelId, userId, address }: Pick<Recipient, 'channelId' | 'userId' | 'address'>) =>
  `${channelId ?? 'console'} ${channelId ? address : (userId ?? '')}`

/** Each address once. */
export async function recipientsOf(targets: NotifyTarget[], situation: Situation): Promise<Recipient[]> {
  const found = new Map<string, Recipient>()
  const add = (recipient: Recipient) =>
    void (found.has(keyOf(recipient)) || found.set(keyOf(recipient), recipient))
  if (targets.some(({ kind }) => kind === 'scope'))
    add({ channelId: null, userId: null, address: '', heldUntilMs: null })
  for (const target of targets) {
    const channel = target.kind === 'channel' ? situation.directory.channels.get(target.channelId) : undefined
    const reaches =
      channel?.enabled && situation.regionPaths.some((path) => path.startsWith(channel.regionPath))
    if (reaches && target.kind === 'channel')
      add({ channelId: channel.id, userId: null, address: target.address, heldUntilMs: null })
  }
  const userIds = (await Promise.all(targets.map((one) => usersOf(one, situation)))).flat()
  for (const recipient of await recipientsNamed(userIds, situation)) add(recipient)
  return [...found.values()]
}

/** By each of the ways that each of them prefers. */
export async function recipientsNamed(userIds: readonly string[], matter: Matter): Promise<Recipient[]> {
  const contacts = await matter.people.contactsOf([...new Set(userIds)], matter.tx)
  return [...contacts].flatMap(([userId, contact]) => waysTo(userId, contact, matter))
}

/** Nobody on duty: the team. */
async function usersOf(target: NotifyTarget, situation: Situation): Promise<string[]> {
  const { directory, regionPaths, nowMs, timeZone } = situation
  if (target.kind === 'person') return [target.userId]
  if (target.kind === 'team') return teamOf(target.teamId, situation)
  if (target.kind !== 'duty') return []
  const duty = onDuty(directory, target.rosterId, regionPaths, nowMs, timeZone)
  const roster = target.rosterId === null ? undefined : directory.rosters.get(target.rosterId)
  return duty ? [duty.userId] : teamOf(roster?.teamId ?? null, situation)
}

/** A team without members tells nobody: the next above it then. */
async function teamOf(teamId: string | null, situation: Situation): Promise<string[]> {
  const { people, teamPath, tx } = situation
  const members = async (id: string) => (await people.membersOf([id], tx)).map(({ userId }) => userId)
  if (teamId) return members(teamId)
  for (const regionId of teamPath.split('/').filter(Boolean).reverse()) {
    const team = await people.teamFor(regionId, '网络组', tx)
    const found = team ? await members(team.id) : []
    if (found.length > 0) return found
  }
  return []
}

const personalKinds = ['smtp', 'sms'] as const

function waysTo(
  userId: string,
  contact: { email: string | null; phone: string | null },
  { directory, regionPaths, severity, nowMs, timeZone }: Matter,
): Recipient[] {
  const ways: Recipient[] = [{ channelId: null, userId, address: '', heldUntilMs: null }]
  for (const kind of personalKinds) {
    const by = channelFacts[kind].personal!
    const channel = channelFor(directory, kind, regionPaths)
    const address = contact[by]
    if (!channel || !address) continue
    const disposition = dispose(directory.preferencesOf(userId), by, severity, nowMs, timeZone)
    if (disposition.kind === 'not') continue
    const heldUntilMs = disposition.kind === 'held' ? disposition.untilMs : null
    ways.push({ channelId: channel.id, userId, address, heldUntilMs })
  }
  return ways
}
