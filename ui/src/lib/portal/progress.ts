import type { Ticket } from '@zongheng/server/api.ts'
import type { IconName } from '../components/icons.ts'

/** With the words that the library, which is Chinese, knows each by. */
export const categories = [
  ['network', 'wifi', '上不了网'],
  ['system', 'window', '系统打不开'],
  ['computer', 'monitor', '电脑'],
  ['printer', 'print', '打印机'],
  ['phone', 'phone', '电话故障'],
  ['video', 'video', '视频会议'],
  ['other', 'desk', ''],
] as const satisfies [string, IconName, string][]
export type Category = (typeof categories)[number][0]

/** Sent, taken up, worked on, solved. */
export const steps = 4

/** How many of the steps are behind a ticket; the next is under way. */
export function stepsDone({ state, assignee }: Pick<Ticket, 'state' | 'assignee'>): number {
  if (['resolved', 'fulfilled', 'closed', 'cancelled', 'rejected'].includes(state)) return steps
  if (state === 'new' || state === 'draft' || state === 'submitted') return assignee ? 2 : 1
  return 2
}

export const isDone = ({ state }: Pick<Ticket, 'state'>) => state === 'resolved' || state === 'fulfilled'
export const isOver = ({ state }: Pick<Ticket, 'state'>) =>
  ['closed', 'cancelled', 'rejected'].includes(state)
