import type { Risk } from './risk.ts'

/** Whoever holds this role on the change's region, or on the one above it. */
export interface ApprovalTier {
  name: string
  role: 'manager'
  at: 'here' | 'above'
  rule: 'any'
}

/** `team`: of the team the change is with. */
export type ApprovalStep = ApprovalTier | { name: string; role: 'team-head'; at: 'team'; rule: 'any' }

const teamHead = { name: '组长审批', role: 'team-head', at: 'team', rule: 'any' } as const
const managerHere = { name: '本级主管审批', role: 'manager', at: 'here', rule: 'any' } as const
const managerAbove = { name: '上级主管审批', role: 'manager', at: 'above', rule: 'any' } as const

/** Who approves a change, by its risk, one after the other. */
export const approvalsByRisk: Readonly<Record<Risk, readonly ApprovalStep[]>> = {
  1: [teamHead],
  2: [managerHere],
  3: [managerHere, managerAbove],
}
