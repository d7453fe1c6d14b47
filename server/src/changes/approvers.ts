import type { ApprovalPlan } from '../approvals/schema.ts'
import type { Risk } from './risk.ts'

type Asked = 'colleague' | 'manager' | 'above'

/** Who approves a change, by its risk, one after the other. */
const askedByRisk: Readonly<Record<Risk, readonly Asked[]>> = {
  1: ['colleague'],
  2: ['manager'],
  3: ['manager', 'above'],
}

export interface ChangePlace {
  tier: 'province' | 'city' | 'county'
  /** The team it is with. */
  teamId: string | null
}

/** The province has none above it. */
const tierAbove = { county: 'city', city: 'province', province: null } as const

/** A team has no head: somebody of it who did not ask for the change. */
const steps: Readonly<Record<Asked, (place: ChangePlace) => ApprovalPlan | null>> = {
  colleague: ({ teamId }) => (teamId === null ? ownManager : anyOf('组内审批', { kind: 'team', id: teamId })),
  manager: () => ownManager,
  above: ({ tier }) => {
    const above = tierAbove[tier]
    return above && anyOf('上级主管审批', { kind: 'manager', tier: above })
  },
}

const anyOf = (name: string, by: ApprovalPlan['by'][number]): ApprovalPlan => ({
  name,
  rule: { need: 'any' },
  by: [by],
})
const ownManager = anyOf('本级主管审批', { kind: 'manager', tier: 'own' })

export const approvalsFor = (risk: Risk, place: ChangePlace): ApprovalPlan[] =>
  askedByRisk[risk].flatMap((asked) => steps[asked](place) ?? [])
