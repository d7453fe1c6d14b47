import { unprocessable } from '../http/problem.ts'
import type { ApprovalPlan } from './schema.ts'

export interface ApproverSources {
  /** Those who are not disabled. */
  active: (userIds: string[]) => Promise<string[]>
  membersOf: (teamId: string) => Promise<string[]>
  /** Who answers for each region, by region id. */
  managersOf: (regionIds: string[]) => Promise<Map<string, string[]>>
}

export interface Asking {
  requesterId: string | null
  /** Regions from the root down to the ticket's own. */
  lineage: readonly string[]
}

const tierDepth = { province: 1, city: 2, own: Infinity } as const

/** Who is asked in a step: never the requester. Where nobody else is left, whoever answers for the next tier up. Throws `no-approver`. */
export async function approversOf(
  { by, name }: ApprovalPlan,
  { requesterId, lineage }: Asking,
  sources: ApproverSources,
): Promise<string[]> {
  const others = (ids: string[]) => [...new Set(ids)].filter((id) => id !== requesterId)
  const managers = await sources.managersOf([...lineage])
  const nearest = (depth: number) =>
    lineage
      .slice(0, depth)
      .map((regionId) => others(managers.get(regionId) ?? []))
      .findLast((ids) => ids.length > 0) ?? []
  const asked: string[] = []
  for (const one of by) {
    if (one.kind === 'person') asked.push(one.id)
    else if (one.kind === 'team') asked.push(...(await sources.membersOf(one.id)))
    else asked.push(...nearest(tierDepth[one.tier]))
  }
  const found = others(await sources.active(others(asked)))
  const approvers = found.length > 0 ? found : nearest(Infinity)
  if (approvers.length === 0)
    throw unprocessable('no-approver', {
      zh: `“${name}”这一步没有可以审批的人，请联系上级或系统管理员`,
      en: `Nobody can approve the step “${name}”: ask the tier above`,
    })
  return approvers
}
