import type { Db } from '../db/database.ts'
import type { TicketRow } from '../desk/contract.ts'
import type { DeskService } from '../desk/service.ts'
import { nearestHolders } from '../identity/nearest-holders.ts'
import type { IdentityService } from '../identity/service.ts'
import { clockText } from '../notify/message.ts'
import type { Told } from './runner.ts'

interface Deps {
  desk: Pick<DeskService, 'notices'>
  identity: Pick<IdentityService, 'membersOf' | 'holdersOn' | 'regionsNamed'>
  timezone: string
}

const measureWords = { response: '响应', resolution: '解决', closing: '关闭' } as const

/** `解决已超时（P2 高），到期 2026-11-23 10:00:00` */
const wordsOf = ({ name, measure, percent, dueMs }: Told, timezone: string) =>
  [
    `${measureWords[measure]}${percent >= 100 ? '已超时' : `已用 ${percent} %`}（${name}）`,
    ...(dueMs === null ? [] : [`到期 ${clockText(dueMs, timezone)}`]),
  ].join('，')

/** Tells assignee, team or managers by name, through the outbox and in the caller's transaction. */
export const tellOfClock =
  ({ desk, identity, timezone }: Deps) =>
  async (tx: Db, ticket: TicketRow, told: Told, nowMs: number): Promise<void> => {
    const userIds = new Set<string>()
    if (told.to.has('assignee') && ticket.assignee_id) userIds.add(ticket.assignee_id)
    // what nobody has taken up is its team's
    if (ticket.team_id && (told.to.has('team') || (told.to.has('assignee') && !ticket.assignee_id)))
      for (const { userId } of await identity.membersOf([ticket.team_id], tx)) userIds.add(userId)
    if (told.to.has('manager'))
      for (const id of await nearestHolders(identity, ticket.region_id, 'desk.rules', tx)) userIds.add(id)
    await desk.notices.tell(tx, 'ticket-due', ticket, nowMs, {
      text: wordsOf(told, timezone),
      userIds: [...userIds],
    })
  }
