/** What is wrong with the approval steps of an item, as it is saved: later on, whoever left is passed over. */
import type { ApprovalPlan } from '../approvals/schema.ts'
import type { FieldError } from '../http/problem.ts'
import type { IdentityService } from '../identity/service.ts'

export async function faultsOfApprovals(
  plans: readonly ApprovalPlan[],
  identity: Pick<IdentityService, 'contactsOf' | 'team'>,
): Promise<FieldError[]> {
  const named = plans.flatMap(({ by }) => by.flatMap((one) => (one.kind === 'person' ? one.id : [])))
  const people = await identity.contactsOf(named)
  const faults: FieldError[] = []
  for (const [at, { name, rule, by }] of plans.entries()) {
    for (const [nth, one] of by.entries()) {
      const isThere = one.kind === 'person' ? people.has(one.id) : one.kind === 'manager' || Boolean(await identity.team(one.id)) // prettier-ignore
      if (!isThere) faults.push({ path: `/approvals/${at}/by/${nth}`, code: 'unknown', message: `“${name}”指定的审批人或班组已停用或不存在` }) // prettier-ignore
    }
    const isCounted = by.every(({ kind }) => kind === 'person')
    if (rule.need === 'quorum' && isCounted && rule.count > new Set(by.map((one) => JSON.stringify(one))).size)
      faults.push({ path: `/approvals/${at}/rule/count`, code: 'range', message: `“${name}”须同意的人数多于审批人` }) // prettier-ignore
  }
  return faults
}
