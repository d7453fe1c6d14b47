/** What the desk refuses, and what to do about it. */
import { conflict, invalid } from '../http/problem.ts'
import type { Need, TicketState } from './kinds.ts'

const stateNames: Record<TicketState, string> = {
  new: '新建',
  assigned: '已派',
  in_progress: '处理中',
  pending: '挂起',
  resolved: '已解决',
  closed: '已关闭',
  cancelled: '已取消',
  approval: '审批中',
  fulfilled: '已完成',
  rejected: '已驳回',
  investigating: '调查中',
  known_error: '已知错误',
  draft: '草稿',
  submitted: '已提交',
  assessed: '已评估',
  approved: '已批准',
  scheduled: '已排期',
  implementing: '实施中',
  review: '复核中',
}
const nameOf = (state: string) => stateNames[state as TicketState] ?? state

/** What is missing, by need: where it is said, and in words. */
const needs: Record<Need, { path: string; zh: string; en: string }> = {
  assignee: { path: '/assigneeId', zh: '请先指定处理人', en: 'Give it to somebody first' },
  reason: { path: '/reason', zh: '转为等待时请选择原因', en: 'Waiting needs a reason' },
  text: { path: '/text', zh: '请写明说明', en: 'Say why' },
  resolution: { path: '/resolution', zh: '请写明解决办法', en: 'Say how it was resolved' },
  approval: { path: '/state', zh: '审批尚未通过', en: 'It is not approved yet' },
  assessment: { path: '/assessment', zh: '请先评估风险与影响', en: 'Assess risk and impact first' },
  schedule: { path: '/startsAt', zh: '请先确定实施时间', en: 'Say when it is implemented first' },
  workaround: { path: '/workaround', zh: '请先写明规避办法', en: 'Write the workaround first' },
  rootCause: { path: '/rootCause', zh: '请先写明根本原因', en: 'Write the root cause first' },
  outcome: { path: '/outcome', zh: '请选择实施结果', en: 'Say how it ended' },
  review: { path: '/review', zh: '请写明复核意见', en: 'Write the review' },
  receipt: { path: '/receipt', zh: '请先由申请人签收', en: 'The requester has to sign for it first' },
  tasksDone: { path: '/tasks', zh: '还有任务没有完成', en: 'Tasks are left to do' },
}

export function needsMissing(missing: readonly Need[]) {
  const said = missing.map((need) => needs[need])
  const errors = said.map(({ path, en }) => ({ path, code: 'required', message: en }))
  return invalid(errors, { zh: said.map(({ zh }) => zh).join('；'), en: said.map(({ en }) => en).join('; ') })
}

export function wrongMove(from: string, allowed: readonly string[]) {
  const names = allowed.map(nameOf)
  return conflict('wrong-move', {
    zh: `工单${nameOf(from)}，${names.length > 0 ? `只能转为：${names.join('、')}` : '不能再改'}`,
    en: `The ticket is ${from}; it may become: ${allowed.join(', ') || 'nothing else'}`,
  })
}

export const ticketChanged = () =>
  conflict('ticket-changed', {
    zh: '工单刚被他人更新，请刷新后重试',
    en: 'Somebody has just moved this ticket on: read it anew and try again',
  })
